using System;
using System.Collections.Concurrent;
using System.Threading;

namespace Hub.Tests.Support;

/// <summary>
/// A number for the serials of each test class's virtual Bambu printers. .NET caches TLS sessions for the whole process by
/// the server's name, which is the serial: parallel classes with the same serial would use each other's sessions, and their
/// data connections would be refused with 522. Real printers have unique serials.
/// </summary>
internal static class ClassSerials
{
    private const int Step = 10;

    private static readonly ConcurrentDictionary<Type, int> s_numbers = new();
    private static int s_last = 1000;

    public static int Of(object testClass) => s_numbers.GetOrAdd(testClass.GetType(), _ => Interlocked.Add(ref s_last, Step));
}
