package dev.ephor.architecture;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;

/// Breaks the rule of [PurityTest] once in every method, so that the rule can be tried.
final class Worldly {
    private Worldly() {}

    static long monotonicClock() {
        return System.nanoTime();
    }

    static long wallClock() {
        return System.currentTimeMillis();
    }

    static Instant instant() {
        return Instant.now();
    }

    static Thread thread() {
        return Thread.ofVirtual().unstarted(() -> {});
    }

    static AutoCloseable executor() {
        return Executors.newSingleThreadExecutor();
    }

    static void lock() {
        new ReentrantLock().lock();
    }

    static void monitor(Object object) throws InterruptedException {
        object.wait();
    }

    static boolean file() {
        return Files.exists(Path.of("x"));
    }

    static Object socket() {
        return new java.net.Socket();
    }

    static double chance() {
        return Math.random();
    }

    static Random unseeded() {
        return new Random();
    }

    static int threadsChance() {
        return ThreadLocalRandom.current().nextInt();
    }

    static UUID identity() {
        return UUID.randomUUID();
    }

    static int identityHash(Object object) {
        return System.identityHashCode(object);
    }

    static Object secure() {
        return new java.security.SecureRandom();
    }

    static void print() {
        System.out.println();
    }

    static Object logger() {
        return System.getLogger("x");
    }

    static Map<String, String> hashMap() {
        return new HashMap<>();
    }

    static java.util.function.Supplier<Map<String, String>> hashMapByReference() {
        return HashMap::new;
    }

    static Set<String> hashSet() {
        return new HashSet<>();
    }

    static Map<String, String> identityMap() {
        return new IdentityHashMap<>();
    }

    static Object concurrentSet() {
        return ConcurrentHashMap.newKeySet();
    }

    static Map<String, String> concurrentMap() {
        return new ConcurrentHashMap<>();
    }

    static Set<String> saltedSet() {
        return Set.of("a", "b");
    }

    static Map<String, String> saltedMap() {
        return Map.of("a", "b", "c", "d");
    }

    static Set<String> copiedSet(List<String> list) {
        return Set.copyOf(list);
    }

    static Map<String, String> collectedMap(List<String> list) {
        return list.stream().collect(Collectors.toMap(item -> item, item -> item));
    }

    static Map<Integer, List<String>> grouped(List<String> list) {
        return list.stream().collect(Collectors.groupingBy(String::length));
    }

    static long parallel(List<String> list) {
        return list.parallelStream().count();
    }

    static long parallel(int... numbers) {
        return Arrays.stream(numbers).parallel().count();
    }

    static CompletableFuture<Void> commonPool(Runnable task) {
        return CompletableFuture.runAsync(task);
    }

    static String blocking(CompletableFuture<String> future) {
        return future.join();
    }

    static Process process() throws java.io.IOException {
        return new ProcessBuilder("true").start();
    }
}
