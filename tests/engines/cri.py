# SPDX-License-Identifier: Apache-2.0
"""Calls one method of the Kubernetes CRI: the request is JSON, as in cri.proto, and so is the answer.

    python3 cri.py FOLDER-OF-cri_pb2 SOCKET METHOD JSON
"""
import inspect
import sys

import grpc
from google.protobuf import json_format

folder, socket, method, request = sys.argv[1:]
sys.path.insert(0, folder)
import cri_pb2  # noqa: E402  what protoc makes of cri.proto

answer_type = getattr(cri_pb2, method + "Response", cri_pb2.Empty)
with grpc.insecure_channel("unix://" + socket) as channel:
    call = channel.unary_unary(
        "/runtime.v1.RuntimeService/" + method,
        request_serializer=lambda message: message.SerializeToString(),
        response_deserializer=answer_type.FromString,
    )
    message = json_format.Parse(request, getattr(cri_pb2, method + "Request")())
    try:
        answer = call(message, timeout=30)
    except grpc.RpcError as error:
        sys.exit(f"{method}: {error.details()}")
options = inspect.signature(json_format.MessageToJson).parameters
defaults = "including_default_value_fields"  # before protobuf 5.26
if defaults not in options:
    defaults = "always_print_fields_with_no_presence"
print(json_format.MessageToJson(answer, preserving_proto_field_name=True, **{defaults: True}))
