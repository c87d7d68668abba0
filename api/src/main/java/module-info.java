/// The client protocol: the .proto files and what they generate.
module dev.ephor.api {
    exports dev.ephor.api;

    requires transitive com.google.protobuf;
    requires transitive com.google.common;
    requires transitive io.grpc;
    requires transitive io.grpc.stub;
    requires transitive io.grpc.protobuf;
    requires static org.jspecify;
}
