package nearfar.notebook;

import com.sun.jna.Library;
import com.sun.jna.Native;
import com.sun.jna.Structure;
import java.lang.management.ManagementFactory;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * How much memory native code holds, such as the engine with its arrays. Arrays that Java can see
 * are not all of it: the engine keeps others for the way back, and a transposed array is seen but
 * takes no memory. So this asks who hands it out, the C library's allocator (glibc's {@code
 * mallinfo2}); where there is another C library, it is what the process has reserved.
 */
public final class NativeMemory {

  private static final long NANOSECONDS_BETWEEN = 200_000;

  private NativeMemory() {}

  /** glibc's account: ten numbers, of which two are what is handed out. */
  @Structure.FieldOrder({"a", "b", "c", "d", "mapped", "e", "f", "small", "g", "h"})
  public static final class Account extends Structure implements Structure.ByValue {
    /** In glibc's order; {@code mapped} and {@code small} are bytes in use. */
    public long a, b, c, d, mapped, e, f, small, g, h;

    /** For JNA, which makes one by reflection. */
    public Account() {}
  }

  /** What is called in the C library. */
  interface Glibc extends Library {
    Account mallinfo2();
  }

  /** {@return the bytes that native code holds now} */
  public static long bytes() {
    try {
      Account account = Native.load("c", Glibc.class).mallinfo2();
      return account.mapped + account.small;
    } catch (UnsatisfiedLinkError e) {
      return ManagementFactory.getOperatingSystemMXBean()
              instanceof com.sun.management.OperatingSystemMXBean system
          ? system.getCommittedVirtualMemorySize()
          : 0;
    }
  }

  /**
   * Runs some work, while a second thread reads {@link #bytes()} every fifth of a millisecond.
   *
   * @param work what is run once
   * @return the highest reading less the one before the work, in bytes, 0 or more; a height that is
   *     over within a fifth of a millisecond may be missed
   */
  public static long height(Runnable work) {
    long before = bytes();
    AtomicLong highest = new AtomicLong(before);
    Thread reader =
        new Thread(
            () -> {
              while (!Thread.currentThread().isInterrupted()) {
                highest.accumulateAndGet(bytes(), Math::max);
                LockSupport.parkNanos(NANOSECONDS_BETWEEN);
              }
            },
            "native memory");
    reader.setDaemon(true);
    reader.start();
    try {
      work.run();
    } finally {
      reader.interrupt();
    }
    return highest.get() - before;
  }
}
