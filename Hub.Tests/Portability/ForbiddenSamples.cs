using System;
using System.Collections;
using System.Collections.Generic;
using System.Diagnostics.CodeAnalysis;
using System.IO;
using System.Linq;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;

namespace Hub.Tests.Portability;

/// <summary>One member per thing that Hub.Core must not hold. Scanned, never run.</summary>
[SuppressMessage("Globalization", "CA1307", Justification = "samples")]
[SuppressMessage("Performance", "CA1822", Justification = "samples")]
[SuppressMessage("Performance", "CA1814", Justification = "samples")]
[SuppressMessage("Performance", "CA1859", Justification = "samples")]
[SuppressMessage("Performance", "CA1812", Justification = "samples")]
internal static class ForbiddenSamples
{
    private static volatile int s_flag = Environment.TickCount;
    private static string s_text = "";

    internal static class StaticOfAnother
    {
        public static readonly string Copy = ReadsAnother();

        private static string ReadsAnother() => StaticWithValue.Value;
    }

    internal static class StaticWithValue
    {
        public static readonly string Value = Environment.MachineName;
    }

    internal interface IInterfaceWithBody
    {
        int Run() => 1;
    }

    public static string MissingMember(string text) => text.Replace("a", "b");

    public static Version MissingType() => new FileInfo("x").Exists ? new Version(1, 0) : Environment.Version;

    public static bool MissingOverload(AutoResetEvent handle) => handle.WaitOne(10);

    public static bool PlatformSocket(Socket socket) => socket.Connected;

    public static long PlatformStream() => new MemoryStream().Length;

    public static void DecimalLocal(object boxed)
    {
        decimal sum = (decimal)boxed;
        s_text = sum > 0 ? "more" : "less";
    }

    public static bool GreaterReal(double percent) => percent > 100;

    public static bool GreaterOrEqualReal(double percent, double limit) => percent >= limit - 1;

    public static string NotGreaterRealInCondition(double[] percents) => !(percents[0] > percents[1]) ? "less" : s_text;

    public static string GreaterOrEqualRealInCondition(string number) => s_text.Length > 0 && double.Parse(number) >= 100 ? "more" : s_text;

    public static int Linq(ArrayList list) => list.Cast<object>().Count();

    public static int GenericList() => new List<int>().Count;

    public static void GenericDelegate(Action<int> action) => action(1);

    public static object? GenericMethod<T>(T value) => value;

    public static int NullableNumber(int? number) => number ?? 0;

    public static (int A, int B) TupleReturn() => (1, 2);

    public static int SpanParameter(ReadOnlySpan<byte> bytes) => bytes.Length;

    public static void ExchangeOutsideEvent() => Interlocked.CompareExchange(ref s_text, "new", "old");

    public static int TwoDimensions() => new int[2, 3].Length;

    public static string EnumToString(DayOfWeek day) => day.ToString();

    public static string EnumConcatenated(DayOfWeek day) => string.Concat("day ", (object)day);

    public static string EnumFormatted(DayOfWeek day) => string.Format("day {0}", day);

    public static int StringIndexedInFor(string text)
    {
        int sum = 0;
        for (int i = 0; i < text.Length; i++)
        {
            sum += text[i];
        }

        return sum;
    }

    public static int StringIndexedInWhile(string text)
    {
        int i = 0;
        while (text[i] != ' ')
        {
            i++;
        }

        return i;
    }

    public static int StringInForeach(string text)
    {
        int sum = 0;
        foreach (char c in text)
        {
            sum += c;
        }

        return sum;
    }

    /// <summary>No length and no single letter tells these apart, so the compiler hashes in optimised builds too.</summary>
    public static int StringSwitch(string text) => text switch
    {
        "aaaa" => 1,
        "aaab" => 2,
        "aaba" => 3,
        "aabb" => 4,
        "abaa" => 5,
        "abab" => 6,
        "abba" => 7,
        "abbb" => 8,
        "baaa" => 9,
        "baab" => 10,
        "baba" => 11,
        "babb" => 12,
        "bbaa" => 13,
        "bbab" => 14,
        "bbba" => 15,
        "bbbb" => 16,
        _ => 0,
    };

    public static int CheckedAdd(int a, int b) => checked(a + b);

    public static int CheckedCast(long a) => checked((int)a);

    public static int VolatileRead() => s_flag;

    public static void RethrowAfterCatchingCall(AutoResetEvent handle)
    {
        try
        {
            handle.Set();
        }
        catch (ArgumentException)
        {
            SinHelper.Quietly(handle);
            throw;
        }
    }

    public static void RethrowAfterUnknownCall(AutoResetEvent handle, IDisposable resource)
    {
        try
        {
            handle.Set();
        }
        catch (ArgumentException)
        {
            resource.Dispose();
            throw;
        }
    }

    public static void ExceptionFilter(AutoResetEvent handle)
    {
        try
        {
            handle.Set();
        }
        catch (Exception e) when (e is not ThreadAbortException)
        {
            s_text = e.Message;
        }
    }

    public static void FinallyWithCatchingCall(AutoResetEvent handle)
    {
        try
        {
            handle.Set();
        }
        finally
        {
            SinHelper.Quietly(handle);
        }
    }

    public static void UsingOfCatchingDispose(AutoResetEvent handle)
    {
        using QuietResource resource = new(handle);
        handle.Set();
    }

    public static string[] ArrayOfType(ArrayList list) => (string[])list.ToArray(typeof(string));

    public static int StackArray()
    {
        Span<byte> bytes = stackalloc byte[100];
        return bytes.Length;
    }

    internal sealed class GenericClass<T>
    {
        public T? Value { get; set; }
    }

    internal sealed class GenericBase : List<string>
    {
    }

    internal sealed class GenericEvent
    {
        public event EventHandler<EventArgs>? Happened;

        public void Raise() => Happened?.Invoke(this, EventArgs.Empty);
    }

    internal sealed class VolatileField
    {
        private volatile int _count;

        public int Next() => _count++;
    }

    internal sealed class AsyncClass
    {
        public async Task Run() => await Task.Delay(1);
    }

    internal sealed class IteratorClass
    {
        public IEnumerable Run()
        {
            yield return 1;
        }
    }

    internal sealed class MissingAttribute
    {
        [ThreadStatic]
        private static int s_perThread;

        public int Run() => s_perThread++;
    }

    internal sealed class MissingCatch
    {
        public void Run()
        {
            try
            {
                s_text = "";
            }
            catch (DivideByZeroException)
            {
                s_text = "x";
            }
        }
    }

    internal static class NativeCall
    {
        [DllImport("c", EntryPoint = "getpid")]
        [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
        [SuppressMessage("Interoperability", "SYSLIB1054", Justification = "sample")]
        [SuppressMessage("Interoperability", "CA5392", Justification = "sample")]
        public static extern int Run();
    }
}

/// <summary>What samples dispose of.</summary>
internal sealed class QuietResource(AutoResetEvent handle) : IDisposable
{
    public void Dispose() => SinHelper.Quietly(handle);
}

/// <summary>What samples call.</summary>
internal static class SinHelper
{
    public static void Quietly(AutoResetEvent handle)
    {
        try
        {
            handle.Reset();
        }
        catch (ArgumentException)
        {
            // Nobody waits.
        }
    }
}
