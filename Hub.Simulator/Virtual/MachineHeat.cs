using System;
using System.Globalization;

namespace Hub.Simulator.Virtual;

/// <summary>Nozzle, bed and fan of a <see cref="VirtualMachine"/>, and the G-code that sets them. Thread: the machine's.</summary>
internal sealed class MachineHeat
{
    private const double MaxValue = 500;
    private const double FullFan = 255;

    public Heater Nozzle { get; } = new(heatSeconds: 7.5, coolSeconds: 60);

    public Heater Bed { get; } = new(heatSeconds: 10, coolSeconds: 180);

    public double FanPercent { get; private set; }

    public static bool IsEmergencyStop(string line) => CodeOf(Words(line)) == "M112";

    /// <summary>Applies a line of G-code; a line that sets none of these changes nothing.</summary>
    public void Execute(string line)
    {
        string[] words = Words(line);
        switch (CodeOf(words))
        {
            case "M104" or "M109":
                Nozzle.Target = Word(words, 'S') ?? Word(words, 'R') ?? Nozzle.Target;
                break;
            case "M140" or "M190":
                Bed.Target = Word(words, 'S') ?? Word(words, 'R') ?? Bed.Target;
                break;
            case "M106":
                FanPercent = (Word(words, 'S') ?? FullFan) / FullFan * 100;
                break;
            case "M107":
                FanPercent = 0;
                break;
        }
    }

    public void HeatFor(MachineJob job)
    {
        Nozzle.Target = job.NozzleTarget;
        Bed.Target = job.BedTarget;
    }

    public void Off()
    {
        Nozzle.Target = 0;
        Bed.Target = 0;
        FanPercent = 0;
    }

    /// <summary>Advances the time, in seconds of the machine.</summary>
    public void Step(double seconds)
    {
        Nozzle.Step(seconds);
        Bed.Step(seconds);
    }

    private static string[] Words(string line) => line.Split(';')[0].Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static string CodeOf(string[] words) => words.Length == 0 ? "" : words[0].ToUpperInvariant();

    private static double? Word(string[] words, char letter)
    {
        foreach (string word in words)
        {
            if (char.ToUpperInvariant(word[0]) == letter
                && double.TryParse(word.AsSpan(1), NumberStyles.Float, CultureInfo.InvariantCulture, out double value)
                && double.IsFinite(value))
            {
                return Math.Clamp(value, 0, MaxValue);
            }
        }

        return null;
    }
}
