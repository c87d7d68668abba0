package dev.ephor.server;

import dev.ephor.cell.CellSettings;
import dev.ephor.log.Address;
import dev.ephor.log.LogSettings;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/// What one replica must know to run. Immutable. docs/CONFIGURATION.md lists the keys of the file
/// that it is read from.
///
/// @param cell the cell's name
/// @param replica this replica's number
/// @param data its data directory
/// @param members all replicas of the cell by number, this one too
/// @param listenReplica where to listen for the other replicas
/// @param listenClient where to listen for clients
/// @param cellSettings the numbers that the lock service runs by
/// @param logSettings the numbers that the log runs by
public record ServerConfig(
        String cell,
        int replica,
        Path data,
        SortedMap<Integer, Member> members,
        Address listenReplica,
        Address listenClient,
        CellSettings cellSettings,
        LogSettings logSettings) {
    /// A replica's addresses: where the other replicas, and where clients, reach it.
    public record Member(Address replica, Address client) {}

    public ServerConfig {
        members = Collections.unmodifiableSortedMap(new TreeMap<>(members));
    }

    /// A replica that listens at its own member addresses and has default settings.
    public static ServerConfig of(
            String cell, int replica, Path data, SortedMap<Integer, Member> members) {
        Member own = members.get(replica);
        if (own == null) {
            throw new IllegalArgumentException("replica " + replica + " is no member");
        }
        return new ServerConfig(
                cell,
                replica,
                data,
                members,
                own.replica(),
                own.client(),
                CellSettings.DEFAULT,
                LogSettings.DEFAULT);
    }

    /// Reads a file.
    ///
    /// @throws ConfigException it cannot be read, or something in it is wrong
    public static ServerConfig load(Path file) throws ConfigException {
        try {
            Path directory = file.toAbsolutePath().resolveSibling("");
            return parse(Files.readString(file), file.toString(), directory);
        } catch (NoSuchFileException e) {
            throw new ConfigException(file.toString(), List.of("there is no such file"));
        } catch (MalformedInputException e) {
            throw new ConfigException(file.toString(), List.of("this is no UTF-8 text"));
        } catch (IOException e) {
            throw new ConfigException(
                    file.toString(), List.of("cannot be read: " + e.getMessage()));
        }
    }

    /// Reads a text.
    ///
    /// @param source for messages: what the text is
    /// @param directory what relative paths start from
    /// @throws ConfigException something in it is wrong
    public static ServerConfig parse(String text, String source, Path directory)
            throws ConfigException {
        return new ConfigFile(source, directory).read(text);
    }

    public ServerConfig withSettings(CellSettings cell, LogSettings log) {
        return new ServerConfig(
                this.cell, replica, data, members, listenReplica, listenClient, cell, log);
    }

    /// Listens elsewhere than at the member addresses: port 0 takes a free one.
    public ServerConfig listening(Address forReplicas, Address forClients) {
        return new ServerConfig(
                cell, replica, data, members, forReplicas, forClients, cellSettings, logSettings);
    }

    /// As a file that [#load] reads back.
    public String toText() {
        return ConfigFile.write(this);
    }
}
