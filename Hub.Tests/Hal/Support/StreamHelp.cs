using System;
using System.Diagnostics;
using System.Security.Cryptography;
using Hub.Core.Hal;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Hal;

/// <summary>What tests do again and again with a stream.</summary>
internal static class StreamHelp
{
    private const int PatienceMs = Patience.LimitMs;

    public static void WriteAll(this IByteStream stream, byte[] bytes)
    {
        long start = Stopwatch.GetTimestamp();
        for (int done = 0; done < bytes.Length;)
        {
            done += stream.Write(bytes, done, bytes.Length - done, 1000);
            Assert.IsLessThan(PatienceMs, Stopwatch.GetElapsedTime(start).TotalMilliseconds, "writing takes too long");
        }
    }

    public static byte[] ReadExactly(this IByteStream stream, int count)
    {
        byte[] bytes = new byte[count];
        for (int done = 0; done < count;)
        {
            int size = stream.Read(bytes, done, count - done, PatienceMs);
            Assert.IsGreaterThan(0, size, "the stream ended early");
            done += size;
        }

        return bytes;
    }

    /// <summary>Sends and receives at the same time from one thread; the digest of what came back.</summary>
    public static byte[] Exchange(this IByteStream stream, byte[] bytes)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[64 * 1024];
        int sent = 0;
        int received = 0;
        long start = Stopwatch.GetTimestamp();
        while (received < bytes.Length)
        {
            if (sent < bytes.Length)
            {
                sent += stream.Write(bytes, sent, bytes.Length - sent, 0);
            }

            int size = stream.Read(buffer, 0, buffer.Length, sent < bytes.Length ? 0 : 100);
            Assert.AreNotEqual(0, size, "the stream ended early");
            hash.AppendData(buffer, 0, Math.Max(0, size));
            received += Math.Max(0, size);
            Assert.IsLessThan(PatienceMs, Stopwatch.GetElapsedTime(start).TotalMilliseconds, "the exchange takes too long");
        }

        return hash.GetHashAndReset();
    }
}
