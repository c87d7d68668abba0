package dev.ephor.cell;

/// Reads the names that clients write: `/ls/<cell>/a/b`, where `local` stands for this cell (Chubby
/// §2.2).
final class Paths {
    private static final String PREFIX = "/ls/";
    private static final String LOCAL = "local";

    private final String cell;
    private final CellSettings settings;

    Paths(String cell, CellSettings settings) {
        this.cell = cell;
        this.settings = settings;
    }

    /// As clients see it.
    String full(NodePath path) {
        return PREFIX + cell + path.text();
    }

    /// @throws Refusal `BAD_PATH`, with the reason
    NodePath parse(String path) {
        if (!path.startsWith(PREFIX)) {
            throw bad(path, "it does not begin with /ls/");
        }
        int slash = path.indexOf('/', PREFIX.length());
        int end = slash < 0 ? path.length() : slash;
        String first = path.substring(PREFIX.length(), end);
        if (!first.equals(LOCAL) && !first.equals(cell)) {
            throw bad(path, "this cell is /ls/" + cell + ", or /ls/" + LOCAL);
        }
        if (end >= path.length() - 1) {
            return NodePath.ROOT;
        }
        return new NodePath(path.substring(end), check(path, end));
    }

    /// Checks the names from the slash at `from` on, and counts them.
    private int check(String path, int from) {
        int levels = 0;
        int nameStart = from + 1;
        int bytes = from;
        for (int i = from; i <= path.length(); i++) {
            char unit = i < path.length() ? path.charAt(i) : '/';
            if (unit == '/' && i > from) {
                checkName(path, nameStart, i);
                nameStart = i + 1;
                levels++;
            }
            bytes += utf8Bytes(path, i);
        }
        if (bytes > settings.pathBytes()) {
            throw bad(path, "it has " + bytes + " bytes; the limit is " + settings.pathBytes());
        }
        if (levels > settings.pathLevels()) {
            throw bad(path, "it has " + levels + " names; the limit is " + settings.pathLevels());
        }
        return levels;
    }

    private static void checkName(String path, int from, int to) {
        if (from == to) {
            throw bad(path, "a name is empty");
        }
        boolean dots = to - from <= 2 && path.charAt(from) == '.' && path.charAt(to - 1) == '.';
        if (dots) {
            throw bad(path, "'.' and '..' are no names");
        }
    }

    /// How many bytes of UTF-8 the unit adds; the second half of a pair adds none.
    private static int utf8Bytes(String path, int index) {
        if (index >= path.length()) {
            return 0;
        }
        char unit = path.charAt(index);
        if (Character.isISOControl(unit)) {
            throw bad(path, "a name has a control character");
        }
        if (unit < 0x80) {
            return 1;
        }
        if (unit < 0x800) {
            return 2;
        }
        if (!Character.isSurrogate(unit)) {
            return 3;
        }
        boolean high = Character.isHighSurrogate(unit);
        int partner = high ? index + 1 : index - 1;
        if (partner >= path.length()
                || Character.isHighSurrogate(path.charAt(partner)) == high
                || !Character.isSurrogate(path.charAt(partner))) {
            throw bad(path, "a name has half of a surrogate pair, which UTF-8 cannot hold");
        }
        return high ? 4 : 0;
    }

    private static Refusal bad(String path, String why) {
        StringBuilder shown = new StringBuilder();
        path.codePoints()
                .limit(100)
                .map(point -> Character.isISOControl(point) ? '?' : point)
                .forEach(shown::appendCodePoint);
        return new Refusal(ErrorCode.BAD_PATH, "\"" + shown + "\" is no path: " + why);
    }
}
