package org.demur.text.tokenizer;

import ai.djl.engine.EngineException;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.djl.huggingface.tokenizers.jni.CharSpan;
import ai.djl.huggingface.tokenizers.jni.TokenizersLibrary;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.LongFunction;

/// The native library: Hugging Face tokenizers through DJL; the only class that knows it.
///
/// DJL would send a usage report and, on a machine with a GPU, fetch another build of the library.
/// Both are switched off before its classes load; it has no other way to say so than system
/// properties. Where it unpacks its natives is DJL's `DJL_CACHE_DIR`, which the command line sets.
///
/// **Ownership.** Calls may come from many threads; closing waits for them.
final class NativeTokenizer implements AutoCloseable {
  static {
    System.setProperty("ai.djl.offline", "true");
    System.setProperty("OPT_OUT_TRACKING", "true");
  }

  private final HuggingFaceTokenizer tokenizer;
  private final ReadWriteLock lock = new ReentrantReadWriteLock();
  private boolean closed;

  private NativeTokenizer(HuggingFaceTokenizer tokenizer) {
    this.tokenizer = tokenizer;
  }

  /// Loads a tokenizer from the JSON that [NativeModelJson] writes.
  static NativeTokenizer load(String json) {
    byte[] bytes = json.getBytes(StandardCharsets.UTF_8);
    try {
      return new NativeTokenizer(
          HuggingFaceTokenizer.newInstance(
              new ByteArrayInputStream(bytes),
              Map.of("truncation", "do_not_truncate", "padding", "do_not_pad")));
    } catch (EngineException | UnsatisfiedLinkError e) {
      throw new TokenizerException(
          "the native tokenizer library cannot be loaded: " + e.getMessage(), e);
    } catch (IOException | RuntimeException e) {
      throw new TokenizerException(
          "the tokenizer is malformed: the native library says: " + e.getMessage(), e);
    }
  }

  /// The native ids of a well-formed text; adds nothing.
  int[] encode(String text) {
    return withEncoding(text, encoding -> toInts(TokenizersLibrary.LIB.getTokenIds(encoding)));
  }

  /// The place of each native token in a well-formed text, in Unicode characters: start and end.
  int[][] offsets(String text) {
    return withEncoding(
        text,
        encoding -> {
          CharSpan[] spans = TokenizersLibrary.LIB.getTokenCharSpans(encoding);
          int[][] result = new int[spans.length][];
          for (int i = 0; i < spans.length; i++) {
            result[i] =
                spans[i] == null
                    ? new int[] {0, 0}
                    : new int[] {spans[i].getStart(), spans[i].getEnd()};
          }
          return result;
        });
  }

  /// The text of native ids, control tokens included.
  String decode(long[] ids) {
    lock.readLock().lock();
    try {
      return TokenizersLibrary.LIB.decode(handle(), ids, false);
    } catch (IllegalStateException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new TokenizerException("tokens cannot be decoded: " + e.getMessage(), e);
    } finally {
      lock.readLock().unlock();
    }
  }

  @Override
  public void close() {
    lock.writeLock().lock();
    try {
      closed = true;
      tokenizer.close();
    } finally {
      lock.writeLock().unlock();
    }
  }

  private <T> T withEncoding(String text, LongFunction<T> use) {
    lock.readLock().lock();
    try {
      long encoding = TokenizersLibrary.LIB.encode(handle(), text, false);
      try {
        return use.apply(encoding);
      } finally {
        TokenizersLibrary.LIB.deleteEncoding(encoding);
      }
    } catch (IllegalStateException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new TokenizerException("a text cannot be tokenized: " + e.getMessage(), e);
    } finally {
      lock.readLock().unlock();
    }
  }

  private long handle() {
    if (closed) {
      throw new IllegalStateException("the tokenizer is closed");
    }
    return tokenizer.getHandle();
  }

  private static int[] toInts(long[] values) {
    int[] result = new int[values.length];
    for (int i = 0; i < values.length; i++) {
      result[i] = Math.toIntExact(values[i]);
    }
    return result;
  }
}
