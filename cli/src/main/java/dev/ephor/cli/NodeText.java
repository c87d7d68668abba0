package dev.ephor.cli;

import dev.ephor.client.Contents;
import dev.ephor.client.NodeKind;
import dev.ephor.client.Stat;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/// Nodes as text and as JSON.
final class NodeText {
    private NodeText() {}

    /// Without slashes at the end, so that `ls /ls/local/` is `ls /ls/local`.
    static String path(String given) {
        String path = given;
        while (path.length() > 1 && path.endsWith("/")) {
            path = path.substring(0, path.length() - 1);
        }
        return path;
    }

    static String child(String directory, String name) {
        return directory.endsWith("/") ? directory + name : directory + "/" + name;
    }

    static boolean isDirectory(Stat stat) {
        return stat.kind() == NodeKind.DIRECTORY;
    }

    static String kind(Stat stat) {
        String kind = isDirectory(stat) ? "directory" : "file";
        return stat.ephemeral() ? "ephemeral " + kind : kind;
    }

    static String checksum(Stat stat) {
        return "%016x".formatted(stat.contentChecksum());
    }

    static JsonLine put(JsonLine line, Stat stat) {
        line.put("kind", isDirectory(stat) ? "directory" : "file");
        line.put("ephemeral", stat.ephemeral());
        line.put("instance", stat.instanceNumber());
        line.put("generation", stat.contentGeneration());
        line.put("lock_generation", stat.lockGeneration());
        line.put("acl_generation", stat.aclGeneration());
        if (isDirectory(stat)) {
            line.put("children", stat.children());
        } else {
            line.put("length", stat.contentLength());
            line.put("checksum", checksum(stat));
        }
        return line;
    }

    /// As `contents` where it is text, else as `base64`.
    static JsonLine put(JsonLine line, Contents contents) {
        Optional<String> text = text(contents.buffer());
        return text.isPresent()
                ? line.put("contents", text.get())
                : line.put("base64", Base64.getEncoder().encodeToString(contents.bytes()));
    }

    private static Optional<String> text(ByteBuffer bytes) {
        try {
            return Optional.of(StandardCharsets.UTF_8.newDecoder().decode(bytes).toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }
}
