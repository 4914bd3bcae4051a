namespace Hub.Core.Printers;

/// <summary>
/// Which values are plausible. Broken or disconnected sensors, overflows and mix-ups give values far outside;
/// they count as unknown and are not passed on. Thread: any.
/// </summary>
public static class Plausible
{
    /// <summary>Coldest reading that is believed, in °C.</summary>
    public const double ColdestCelsius = -100;

    /// <summary>Hottest reading that is believed, in °C.</summary>
    public const double HottestCelsius = 1000;

    /// <summary>Longest time left that is believed: a year, in seconds.</summary>
    public const int LongestSeconds = 366 * 24 * 60 * 60;

    /// <summary>The temperature in °C, or NaN.</summary>
    public static double Temperature(double celsius) =>
        ColdestCelsius <= celsius && celsius <= HottestCelsius ? celsius : double.NaN;

    /// <summary>The share in percent, 0 to 100, or NaN.</summary>
    public static double Percent(double value) => 0 <= value && value <= 100 ? value : double.NaN;

    /// <summary>The time in whole seconds, or -1.</summary>
    public static int Seconds(double seconds) => 0 <= seconds && seconds <= LongestSeconds ? (int)seconds : -1;

    /// <summary>Makes unknown what cannot be so. Everything that a hub shows passes here.</summary>
    public static void Clean(PrinterStatus status)
    {
        status.ProgressPercentage = Percent(status.ProgressPercentage);
        status.RemainingTimeSeconds = Seconds(status.RemainingTimeSeconds);
        status.Nozzle = Temperature(status.Nozzle);
        status.NozzleTarget = Temperature(status.NozzleTarget);
        status.Bed = Temperature(status.Bed);
        status.BedTarget = Temperature(status.BedTarget);
        status.Chamber = Temperature(status.Chamber);
        status.Tools.Clean();
        status.Filaments.Clean();
        if (status.TotalLayers == 0)
        {
            // Slicers that do not count layers write a zero.
            status.TotalLayers = -1;
        }

        if (status.TotalLayers > 0 && status.CurrentLayer > status.TotalLayers)
        {
            // One of them belongs to another job, and it is unknown which one.
            status.CurrentLayer = -1;
            status.TotalLayers = -1;
        }
    }
}
