using System;
using System.Text;
using Hub.Core.Json;

namespace Hub.Tests.Nano;

/// <summary>Time and memory for one whole report; a figure for docs/board.md, not a test.</summary>
internal static class JsonSpeed
{
    private const int Rounds = 200;

    public static void Print()
    {
        byte[] report = Encoding.UTF8.GetBytes(SampleReport.Json);
        JsonReader reader = new JsonReader(16);
        int tokens = CountTokens(reader, report);

        long free = nanoFramework.Runtime.Native.GC.Run(false);
        long begin = DateTime.UtcNow.Ticks;
        for (int i = 0; i < Rounds; i++)
        {
            CountTokens(reader, report);
        }

        long microseconds = (DateTime.UtcNow.Ticks - begin) / 10 / Rounds;
        long held = free - nanoFramework.Runtime.Native.GC.Run(false);
        Console.WriteLine("speed: a report of " + report.Length.ToString() + " bytes, " + tokens.ToString() + " tokens: "
            + microseconds.ToString() + " us, " + held.ToString() + " bytes held after " + Rounds.ToString() + " rounds");
    }

    private static int CountTokens(JsonReader reader, byte[] report)
    {
        int tokens = 0;
        reader.Reset(report, 0, report.Length);
        while (reader.Read() != JsonToken.End)
        {
            tokens++;
        }

        return tokens;
    }
}
