package ecom.flume;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.flume.Context;
import org.apache.flume.EventDrivenSource;
import org.apache.flume.conf.Configurable;
import org.apache.flume.instrumentation.SourceCounter;
import org.apache.flume.source.AbstractSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands the spool folder's files over to the source {@code spooldir}, which reads a file as it is at
 * that moment and then deletes it: what a program still writes into it would be lost.
 *
 * <p>A file is taken when it has been quiet for a moment. It then gets another name, which its
 * writer does not notice, and {@code spooldir} gets a copy of its complete lines. What is written
 * later is handed over in the same way. The file is deleted only when nothing has been written for a
 * long time and no process is known to have it open. So every way to write works: cp, scp,
 * {@code >>}, a program that pauses.
 *
 * <p>This source has a channel because Flume wants one for every source; it sends nothing. Its
 * metric OpenConnectionCount is the number of files that are not yet wholly read.
 */
public final class SpoolFolder extends AbstractSource implements Configurable, EventDrivenSource {
    private static final Logger LOG = LoggerFactory.getLogger(SpoolFolder.class);

    /** A name in the folder as it was seen: its state, and since when it is in it. */
    private record Seen(long size, long modified, long since) {
        Duration quiet() {
            return Duration.ofNanos(System.nanoTime() - since);
        }
    }

    private final Map<Path, Seen> seen = new HashMap<>();
    private final Map<Path, String> said = new HashMap<>();
    private Path folder;
    private Duration quiet;
    private Duration patience;
    private Duration keep;
    private int longest;
    private SourceCounter counter;
    private ScheduledExecutorService executor;

    @Override
    public void configure(Context context) {
        folder = Path.of(context.getString("spoolDir"));
        quiet = Duration.ofMillis(context.getInteger("quietMillis", 1000));
        patience = Duration.ofSeconds(context.getInteger("lineSeconds", 10));
        keep = Duration.ofSeconds(context.getInteger("keepSeconds", 600));
        longest = context.getInteger("maxLineLength", 1 << 20);
        counter = new SourceCounter(getName());
    }

    @Override
    public synchronized void start() {
        executor = Executors.newSingleThreadScheduledExecutor();
        executor.scheduleWithFixedDelay(this::look, 0, 250, TimeUnit.MILLISECONDS);
        super.start();
        counter.start();
    }

    @Override
    public synchronized void stop() {
        executor.shutdown();
        try {
            executor.awaitTermination(10, TimeUnit.SECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        super.stop();
        counter.stop();
    }

    private void look() {
        try {
            List<Path> paths = new ArrayList<>();
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder)) {
                entries.forEach(paths::add);
            }
            seen.keySet().retainAll(paths);
            said.keySet().removeIf(path -> !path.equals(folder) && !paths.contains(path));
            paths.sort(null);
            int open = 0;
            for (Path path : paths) {
                open += isOpen(path) ? 1 : 0;
            }
            counter.setOpenConnectionCount(open);
            said.remove(folder);
        } catch (IOException | RuntimeException error) {
            sayOnce(folder, "cannot be read: " + error);
        }
    }

    /** Does what there is to do for a name; whether it is of a file that is not wholly read. */
    private boolean isOpen(Path path) {
        try {
            BasicFileAttributes found = attributes(path);
            String name = path.getFileName().toString();
            Followed followed = Followed.of(path);
            if (followed != null) {
                return follow(followed, found);
            }
            if (Followed.isCopy(path)) {
                return true;
            }
            if (name.startsWith(".") || name.endsWith(".tmp") || found.isDirectory()) {
                return false;
            }
            if (!found.isRegularFile()) {
                sayOnce(path, "is not a regular file and is left alone");
                return false;
            }
            Seen state = observe(path, found);
            if (state.quiet().compareTo(quiet) >= 0) {
                seen.put(Followed.take(path), state);
            }
            return true;
        } catch (IOException error) {
            // Gone between listing and look: renamed by its writer, or read by spooldir.
            if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
                sayOnce(path, "cannot be taken: " + error);
            }
            return true;
        }
    }

    private boolean follow(Followed file, BasicFileAttributes found) throws IOException {
        Seen state = observe(file.path(), found);
        if (found.size() < file.handedOver()) {
            LOG.warn("{} was cut to {} bytes after {} were handed over: what it holds now is new",
                    file.name(), found.size(), file.handedOver());
            file.startAgain();
            return true;
        }
        boolean more = found.size() > file.handedOver();
        Path path = file.show(more);
        if (!path.equals(file.path())) {
            // Its time goes on under the new name, which the next look finds.
            seen.put(path, state);
        } else if (!more) {
            if (state.quiet().compareTo(keep) >= 0 && !isHeld(path)) {
                Files.delete(path);
            }
        } else if (state.quiet().compareTo(quiet) >= 0) {
            // Whoever stops within a line for so long has ended it.
            boolean ended = state.quiet().compareTo(patience) >= 0 && !isHeld(path);
            file.handOver(ended, longest);
        }
        return more;
    }

    /** The state of a file; its time begins anew with each change. */
    private Seen observe(Path path, BasicFileAttributes found) {
        long modified = found.lastModifiedTime().to(TimeUnit.NANOSECONDS);
        return seen.compute(path, (none, last) ->
                last != null && last.size() == found.size() && last.modified() == modified
                        ? last
                        : new Seen(found.size(), modified, System.nanoTime()));
    }

    /** Whether a process, of those that this one may look at, has the file open. */
    private static boolean isHeld(Path file) throws IOException {
        Path path = file.toRealPath();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                try (DirectoryStream<Path> held = Files.newDirectoryStream(process.resolve("fd"))) {
                    for (Path one : held) {
                        if (Files.readSymbolicLink(one).equals(path)) {
                            return true;
                        }
                    }
                } catch (IOException | DirectoryIteratorException ended) {
                    // Another user's process, or one that has ended.
                }
            }
        }
        return false;
    }

    private void sayOnce(Path path, String what) {
        if (!what.equals(said.put(path, what))) {
            LOG.error("{} {}", path, what);
        }
    }

    private static BasicFileAttributes attributes(Path path) throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }
}
