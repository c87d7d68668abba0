package dev.ephor.client;

import java.util.ArrayList;
import java.util.List;

/// `host:port`, also several with commas between them, also `[v6]:port`.
final class Addresses {
    private Addresses() {}

    static List<String> parse(String... addresses) {
        ArrayList<String> parsed = new ArrayList<>();
        for (String several : addresses) {
            for (String one : several.split(",", -1)) {
                String address = one.strip();
                check(address);
                if (!parsed.contains(address)) {
                    parsed.add(address);
                }
            }
        }
        if (parsed.isEmpty()) {
            throw new IllegalArgumentException("at least one address, host:port, is needed");
        }
        return List.copyOf(parsed);
    }

    static String host(String address) {
        String host = address.substring(0, address.lastIndexOf(':'));
        return host.startsWith("[") && host.endsWith("]")
                ? host.substring(1, host.length() - 1)
                : host;
    }

    static int port(String address) {
        return Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
    }

    private static void check(String address) {
        int colon = address.lastIndexOf(':');
        String port = address.substring(colon + 1);
        boolean good =
                colon > 0
                        && !port.isEmpty()
                        && port.length() <= 5
                        && port.chars().allMatch(c -> c >= '0' && c <= '9')
                        && Integer.parseInt(port) > 0
                        && Integer.parseInt(port) <= 65_535;
        if (!good) {
            throw new IllegalArgumentException(
                    "not an address: \""
                            + address
                            + "\" (host:port is wanted, as in"
                            + " localhost:7400)");
        }
    }
}
