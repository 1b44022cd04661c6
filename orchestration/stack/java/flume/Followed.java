package ecom.flume;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of the spool folder that was taken. Its name says how many of its bytes were handed over:
 * {@code NAME.ID.BYTES.taken} while there are more, hidden and {@code .processed} when there are
 * none. The lines from a byte on are handed over in three steps:
 *
 * <ol>
 *   <li>They are copied to {@code NAME.ID.FROM.copy}.
 *   <li>The file gets its new name, with the new number.
 *   <li>The copy becomes {@code NAME.ID.FROM.lines}, which is what spooldir reads and deletes.
 * </ol>
 *
 * <p>After a kill between two steps, the name of the file tells whether the copy is to be finished
 * or to be forgotten, so no line is handed over twice or never. Whoever looks into the folder finds
 * a visible name of each file that is not wholly read.
 */
record Followed(Path path, String name, String id, long handedOver) {
    private static final Logger LOG = LoggerFactory.getLogger(Followed.class);
    private static final String TAKEN = ".taken";
    private static final String COPY = ".copy";
    private static final String LINES = ".lines";
    private static final Pattern FILE =
            Pattern.compile("\\.?(.+)\\.(\\d+)\\.(\\d+)\\.(?:taken|processed)");
    private static final Pattern PASSED_ON = Pattern.compile("(.+\\.\\d+\\.\\d+)\\.(?:copy|lines)");

    /** The file with this name; null if it is not the name of one that was taken. */
    static Followed of(Path path) {
        Matcher parts = FILE.matcher(path.getFileName().toString());
        return parts.matches()
                ? new Followed(path, parts.group(1), parts.group(2), Long.parseLong(parts.group(3)))
                : null;
    }

    /** Whether this is a copy. If it is an unfinished one, does what a kill prevented, or undoes it. */
    static boolean isCopy(Path path) throws IOException {
        Matcher parts = PASSED_ON.matcher(path.getFileName().toString());
        if (parts.matches() && path.toString().endsWith(COPY)) {
            if (Files.exists(path.resolveSibling(parts.group(1) + TAKEN))) {
                Files.delete(path);
            } else {
                Files.move(path, path.resolveSibling(parts.group(1) + LINES), ATOMIC_MOVE);
            }
        }
        return parts.matches();
    }

    /** Takes a file; its new name. */
    static Path take(Path path) throws IOException {
        return take(path, path.getFileName().toString());
    }

    /** Forgets how much was handed over. */
    void startAgain() throws IOException {
        take(path, name);
    }

    /** A new id, because the next file of the same name may come while this one is followed. */
    private static Path take(Path path, String name) throws IOException {
        long id = System.currentTimeMillis();
        Path taken;
        do {
            taken = path.resolveSibling(name + "." + id++ + ".0" + TAKEN);
        } while (Files.exists(taken));
        return Files.move(path, taken, ATOMIC_MOVE);
    }

    /** Gives the file the name that says whether there is more to hand over. */
    Path show(boolean more) throws IOException {
        return rename(handedOver, more);
    }

    private Path rename(long bytes, boolean more) throws IOException {
        String start = name + "." + id + "." + bytes;
        Path to = path.resolveSibling(more ? start + TAKEN : "." + start + ".processed");
        return to.equals(path) ? path : Files.move(path, to, ATOMIC_MOVE);
    }

    /**
     * Hands over what was written since the last time: the complete lines, or with {@code all} also
     * an incomplete last one. From a line on that is longer than {@code longest} bytes, the file is
     * refused.
     */
    void handOver(boolean all, int longest) throws IOException {
        Path copy = path.resolveSibling(name + "." + id + "." + handedOver + COPY);
        Lines lines;
        try (FileChannel from = FileChannel.open(path, READ);
                FileChannel to = FileChannel.open(copy, CREATE, TRUNCATE_EXISTING, WRITE)) {
            if (handedOver > 0 && byteBefore(from) != '\n') {
                LOG.warn("{}: a line was cut at byte {}: its writer paused within it", name, handedOver);
            }
            lines = Lines.copy(from.position(handedOver), to, longest);
            to.truncate(all && !lines.tooLong() ? lines.bytes() : lines.complete());
            to.force(true);
        }
        long copied = Files.size(copy);
        long end = handedOver + copied;
        if (lines.tooLong()) {
            // Visible, and not taken again. In the folder itself: in a container, its owner is another user.
            Path refused = path.resolveSibling(name + "." + id + "." + end + ".refused.tmp");
            Files.move(path, refused, ATOMIC_MOVE);
            LOG.error("{} has a line longer than {} bytes: it is refused from byte {} on and is now {}",
                    name, longest, end, refused);
        } else if (copied > 0) {
            rename(end, copied < lines.bytes());
        }
        if (copied > 0) {
            isCopy(copy);
        } else {
            Files.delete(copy);
        }
    }

    private int byteBefore(FileChannel file) throws IOException {
        ByteBuffer one = ByteBuffer.allocate(1);
        return file.read(one, handedOver - 1) == 1 ? one.get(0) : -1;
    }

    /** How many bytes were copied, and of complete lines; whether a line too long ended it. */
    private record Lines(long bytes, long complete, boolean tooLong) {
        static Lines copy(FileChannel from, FileChannel to, int longest) throws IOException {
            ByteBuffer buffer = ByteBuffer.allocate(1 << 16);
            long bytes = 0;
            long complete = 0;
            boolean tooLong = false;
            while (!tooLong && from.read(buffer) >= 0) {
                buffer.flip();
                for (int at = 0; at < buffer.limit() && !tooLong; at++) {
                    if (buffer.get(at) == '\n') {
                        complete = bytes + at + 1;
                    } else {
                        tooLong = bytes + at - complete >= longest;
                    }
                }
                bytes += buffer.limit();
                while (buffer.hasRemaining()) {
                    to.write(buffer);
                }
                buffer.clear();
            }
            return new Lines(bytes, complete, tooLong);
        }
    }
}
