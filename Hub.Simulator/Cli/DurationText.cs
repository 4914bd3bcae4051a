using System;
using System.Globalization;
using Hub.Simulator.Hosting;

namespace Hub.Simulator.Cli;

/// <summary>Times in flags: a number and its unit, such as 30s, 10m or 2h.</summary>
internal static class DurationText
{
    private const int MaxDays = 30;

    /// <summary>Errors: wrong usage for anything else, for less than a second and for more than 30 days.</summary>
    public static TimeSpan Parse(string flag, string text)
    {
        double unitSeconds = text.Length == 0 ? 0 : text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3600, _ => 0 };
        bool isNumber = double.TryParse(text.AsSpan(0, Math.Max(text.Length - 1, 0)), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number);
        double seconds = number * unitSeconds;
        return isNumber && seconds >= 1 && seconds <= TimeSpan.FromDays(MaxDays).TotalSeconds
            ? TimeSpan.FromSeconds(seconds)
            : throw VerbException.Usage($"{flag} is a time such as 30s, 10m or 2h, at least 1s, not '{text}'");
    }
}
