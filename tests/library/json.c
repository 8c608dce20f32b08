/* SPDX-License-Identifier: Apache-2.0 */
/* Documents, read and converted by the C interface, right and wrong ones. Usage: json BUNDLE STATE-DIRECTORY */
#include <corten.h>
#include <stdio.h>
#include <string.h>

static int failures = 0;

static void check(int holds, const char* what) {
  if (holds) return;
  printf("not so: %s\n", what);
  ++failures;
}

#define CHECK(what) check(what, #what)

static int has_text(const corten_json* json, corten_json_value value, const char* text) {
  size_t size = 0;
  const char* found = corten_json_text(json, value, &size);
  return found != NULL && size == strlen(text) && memcmp(found, text, size) == 0;
}

static int is_named(const corten_json* json, corten_json_value value, const char* name) {
  size_t size = 0;
  const char* found = corten_json_name(json, value, &size);
  return found != NULL && size == strlen(name) && memcmp(found, name, size) == 0;
}

static void values(void) {
  const char* text =
      " {\"a\": [1, -2, 2.5, true, null, \"t\\u00e4\"], \"b\": {}, \"big\": 18446744073709551615, \"b\": [[]], \"\": \"\"}";
  corten_json* json = corten_json_read(text, NULL);
  CHECK(json != NULL);
  CHECK(corten_json_kind_of(json, 0) == CORTEN_JSON_OBJECT);
  const corten_json_value a = corten_json_member(json, 0, "a");
  CHECK(corten_json_kind_of(json, a) == CORTEN_JSON_ARRAY);
  CHECK(is_named(json, a, "a"));
  corten_json_value item = corten_json_next(json, a, CORTEN_JSON_NOTHING);
  CHECK(corten_json_unsigned(json, item) == 1 && corten_json_signed(json, item) == 1);
  item = corten_json_next(json, a, item);
  CHECK(corten_json_signed(json, item) == -2 && corten_json_unsigned(json, item) == 0);
  CHECK(corten_json_real(json, item) == -2.0);
  item = corten_json_next(json, a, item);
  CHECK(corten_json_kind_of(json, item) == CORTEN_JSON_NUMBER);
  CHECK(corten_json_real(json, item) == 2.5 && corten_json_signed(json, item) == 0);
  item = corten_json_next(json, a, item);
  CHECK(corten_json_kind_of(json, item) == CORTEN_JSON_BOOLEAN && corten_json_boolean(json, item) == 1);
  item = corten_json_next(json, a, item);
  CHECK(corten_json_kind_of(json, item) == CORTEN_JSON_NULL && corten_json_boolean(json, item) == 0);
  item = corten_json_next(json, a, item);
  CHECK(corten_json_kind_of(json, item) == CORTEN_JSON_TEXT && has_text(json, item, "t\xc3\xa4"));
  CHECK(corten_json_next(json, a, item) == CORTEN_JSON_NOTHING);
  const corten_json_value b = corten_json_member(json, 0, "b"); /* the last of that name */
  CHECK(corten_json_kind_of(json, b) == CORTEN_JSON_ARRAY);
  item = corten_json_next(json, b, CORTEN_JSON_NOTHING);
  CHECK(corten_json_next(json, item, CORTEN_JSON_NOTHING) == CORTEN_JSON_NOTHING); /* [] is empty */
  CHECK(corten_json_next(json, b, item) == CORTEN_JSON_NOTHING);
  CHECK(corten_json_next(json, item, b) == CORTEN_JSON_NOTHING); /* not in there */
  const corten_json_value big = corten_json_member(json, 0, "big");
  CHECK(corten_json_unsigned(json, big) == UINT64_MAX && corten_json_signed(json, big) == 0);
  CHECK(has_text(json, corten_json_member(json, 0, ""), ""));
  CHECK(corten_json_member(json, 0, "A") == CORTEN_JSON_NOTHING);
  CHECK(corten_json_member(json, a, "a") == CORTEN_JSON_NOTHING);
  CHECK(corten_json_member(json, 0, NULL) == CORTEN_JSON_NOTHING);
  CHECK(corten_json_kind_of(json, 4711) == CORTEN_JSON_NONE);
  CHECK(corten_json_text(json, CORTEN_JSON_NOTHING, NULL) == NULL && corten_json_name(json, 0, NULL) == NULL);
  CHECK(corten_json_kind_of(NULL, 0) == CORTEN_JSON_NONE && corten_json_next(NULL, 0, 0) == CORTEN_JSON_NOTHING);
  corten_json_free(json);
  corten_json_free(NULL);
}

/* The code of a call that must fail, and a part of its message. */
static void fails(const char* what, corten_error* error, corten_code code, const char* part) {
  if (error == NULL || corten_error_code(error) != code || strstr(corten_error_message(error), part) == NULL) {
    printf("%s: %s\n", what, error == NULL ? "no error" : corten_error_message(error));
    ++failures;
  }
  corten_error_free(error);
}

#define FAILS(code, part, call)    \
  do {                             \
    corten_error* error = NULL;    \
    (void)(call);                  \
    fails(#call, error, code, part); \
  } while (0)

static void wrong_ones(void) {
  FAILS(CORTEN_INVALID_ARGUMENT, "text is NULL", corten_json_read(NULL, &error));
  FAILS(CORTEN_INVALID_ARGUMENT, "line 2", corten_json_read("{\n]", &error));
  FAILS(CORTEN_INVALID_ARGUMENT, "config is NULL", corten_config_read(NULL, &error));
  FAILS(CORTEN_INVALID_CONFIG, "line 1", corten_config_read("{", &error));
  FAILS(CORTEN_INVALID_CONFIG, "linux.resources.pids.limit", corten_config_read("{\"linux\":{\"resources\":{\"pids\":{\"limit\":\"x\"}}}}", &error));
  FAILS(CORTEN_INVALID_CONFIG, "process.user.uid", corten_config_rootless("{\"process\":{\"user\":{\"uid\":-1}}}", 1, 1, &error));
}

static void conversions(void) {
  char* text = corten_config_read("{\"OCIversion\":\"1.3.0\",\"unknown\":1,\"hostname\":null,\"root\":{\"path\":\"r\"}}", NULL);
  CHECK(text != NULL && strcmp(text, "{\"ociVersion\":\"1.3.0\",\"root\":{\"path\":\"r\",\"readonly\":false},\"hooks\":{}}") == 0);
  corten_text_free(text);
  text = corten_config_rootless("{}", 1000, 1001, NULL);
  CHECK(text != NULL && strstr(text, "\"hostID\":1001") != NULL && strstr(text, "{\"type\":\"user\"}") != NULL);
  corten_text_free(text);
}

/* A default configuration is fine for a bundle with a root file system; what is wrong is found although nothing is made. */
static void checks(const char* bundle) {
  char* config = corten_default_config(0, NULL);
  corten_error* error = NULL;
  if (corten_config_check(config, bundle, &error) != CORTEN_OK) {
    printf("%s\n", corten_error_message(error));
    ++failures;
  }
  CHECK(corten_config_check(NULL, bundle, NULL) == CORTEN_OK);
  FAILS(CORTEN_INVALID_ARGUMENT, "bundle is NULL", corten_config_check(config, NULL, &error));
  FAILS(CORTEN_INVALID_ARGUMENT, "no absolute path", corten_config_check(config, "bundle", &error));
  FAILS(CORTEN_INVALID_CONFIG, "root", corten_config_check("{\"process\":{\"args\":[\"x\"],\"cwd\":\"/\"}}", bundle, &error));
  FAILS(CORTEN_INVALID_CONFIG, "nowhere", corten_config_check("{\"process\":{\"args\":[\"x\"],\"cwd\":\"/\"},\"root\":{\"path\":\"nowhere\"}}", bundle, &error));
  FAILS(CORTEN_INVALID_CONFIG, "linux.seccomp", corten_config_check("{\"process\":{\"args\":[\"x\"],\"cwd\":\"/\"},\"root\":{\"path\":\"rootfs\"},\"linux\":{\"seccomp\":{\"defaultAction\":\"x\"}}}", bundle, &error));
  corten_text_free(config);
}

int main(int argc, char** argv) {
  if (argc != 3) return 2;
  values();
  wrong_ones();
  conversions();
  checks(argv[1]);
  return failures == 0 ? 0 : 1;
}
