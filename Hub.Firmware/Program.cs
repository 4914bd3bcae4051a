using System.Threading;
using Hub.Core;
using Hub.Core.Errors;
using Hub.Core.Logging;
using Hub.Core.Printers;
using Hub.Core.Text;
using Hub.Hal.Esp32S3;

namespace Hub.Firmware;

/// <summary>The board's program: makes the hub on the board's HAL, nothing else.</summary>
internal static class Program
{
    private const string Area = "firmware";

    public static void Main()
    {
        Esp32Hal hal = new Esp32Hal(new Esp32Pins());
        using FarmHub hub = new FarmHub(hal, new ConsoleLogSink(), LogLevel.Info);
        hub.Log.Info(Area, "print-farm hub " + Product.Version);
        hub.Log.Info(Area, "device id: " + DeviceId(hal));
        hub.Log.Info(Area, "free memory: " + hal.System.FreeMemoryBytes.ToString() + " bytes");

        // Without storage there are no configured printers yet.
        hub.Start(new PrinterConfig[0]);
        hub.Log.Info(Area, "printers: " + hub.Snapshot().Length.ToString());
        Thread.Sleep(Timeout.Infinite);
    }

    private static string DeviceId(Esp32Hal hal)
    {
        try
        {
            return hal.System.DeviceId;
        }
        catch (HubException e)
        {
            return "not known, " + e.Message;
        }
    }
}
