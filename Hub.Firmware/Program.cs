using System.Reflection;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Logging;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Hub.Core.Systems;
using Hub.Hal.Esp32S3;

namespace Hub.Firmware;

/// <summary>The board's program: composes the HAL and the core, nothing else.</summary>
internal static class Program
{
    private const string Area = "firmware";

    public static void Main()
    {
        Esp32Hal hal = new Esp32Hal();
        Log log = new Log(new ConsoleLogSink(), hal.Clock, LogLevel.Info);
        log.Info(Area, "print-farm hub " + Assembly.GetExecutingAssembly().GetName().Version.ToString());
        log.Info(Area, "device id: " + DeviceId(hal));
        log.Info(Area, "free memory: " + hal.System.FreeMemoryBytes.ToString() + " bytes");
        log.Info(Area, Esp32Hal.Missing);

        // Without storage there are no printers to register yet.
        using PrinterManager manager = new PrinterManager(hal, log, new PrinterClientFactory(hal, log));
        log.Info(Area, "printers: " + manager.Ids().Length.ToString());
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
