using System;

namespace Hub.Core.Hal;

/// <summary>The time of day as others count it: since the start of 1970, in UTC. Thread: any.</summary>
internal static class UnixTime
{
    private const int TicksPerMs = 10000;
    private const int MsPerSecond = 1000;

    /// <summary>Ticks of DateTime at the start of 1970: on the board they count from another year than on .NET.</summary>
    private static readonly long s_startTicks = new DateTime(1970, 1, 1).Ticks;

    /// <summary>Now in ms; 0 while the clock is not set.</summary>
    public static long NowMs(IClock clock) => clock.IsUtcSynced ? (clock.UtcNow.Ticks - s_startTicks) / TicksPerMs : 0;

    /// <summary>A time in ms as ISO 8601 in UTC, such as <c>2026-11-30T06:25:00.000Z</c>.</summary>
    public static string Iso(long unixMs)
    {
        DateTime time = new DateTime((unixMs * TicksPerMs) + s_startTicks);
        return Digits(time.Year, 4) + "-" + Digits(time.Month, 2) + "-" + Digits(time.Day, 2)
            + "T" + Digits(time.Hour, 2) + ":" + Digits(time.Minute, 2) + ":" + Digits(time.Second, 2) + "." + Digits(time.Millisecond, 3) + "Z";
    }

    /// <summary>Now in whole seconds; 0 while the clock is not set.</summary>
    public static long NowSeconds(IClock clock) => NowMs(clock) / MsPerSecond;

    private static string Digits(int value, int length)
    {
        string text = value.ToString();
        while (text.Length < length)
        {
            text = "0" + text;
        }

        return text;
    }
}
