using System;
using System.Threading;
using Hub.Core;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Health;
using Hub.Core.Logging;
using Hub.Core.Text;
using Hub.Hal.Esp32S3;

namespace Hub.Firmware;

/// <summary>The board's program: makes the hub on the board's HAL and starts its parts in order; nothing else.</summary>
internal static class Program
{
    private const string Area = "firmware";
    private const int ReportMs = 60000;

    public static void Main()
    {
        Esp32Hal hal = new Esp32Hal(new Esp32Pins());
        Log log = new Log(new ConsoleLogSink(), hal.Clock, LogLevel.Info);
        log.Info(Area, "print-farm hub " + Product.Version);
        log.Info(Area, "free memory: " + hal.System.FreeMemoryBytes.ToString() + " bytes");
        Step(log, "light", () => hal.Indicator.Show(IndicatorState.Busy));

        FarmHub hub = new FarmHub(hal, log);
        Step(log, "storage", hub.Load);
        Step(log, "boot counter", () => log.Info(Area, "start " + BootCounter.CountThis(hal.Nvs, log).ToString() + ", reset: " + hal.System.ResetReason));
        Step(log, "device id", () => log.Info(Area, "device id: " + hal.System.DeviceId));
        Step(log, "network", hub.StartNetwork);

        // Not into the log, which the cloud can read.
        Step(log, "bluetooth", () => Console.WriteLine("pairing code: " + hub.StartProvisioning("")));
        Step(log, "clock", Esp32Hal.StartClockSync);
        Step(log, "printers", () => hub.Start(new FarmHubOptions()));
        Step(log, "cloud", () => hub.StartCloud(null));
        Step(log, "light", () => hal.Indicator.Show(IndicatorState.Ok));

        while (true)
        {
            Thread.Sleep(ReportMs);
            Step(log, "report", () => Report(hub));
        }
    }

    /// <summary>A part that fails to start is named, and the others start: what is wrong is to be mended over the network.</summary>
    private static void Step(Log log, string part, ThreadStart start)
    {
        try
        {
            start();
        }
        catch (HubException e)
        {
            if (e.Code == ErrorCode.NotSupported)
            {
                // What this machine does not have is no fault of it.
                log.Info(Area, part + ": " + e.Message);
                return;
            }

            log.Error(Area, part + ": " + e.Message);
        }
        catch (Exception e)
        {
            log.Fault(part, e);
        }
    }

    /// <summary>One line a minute on the console: it shows that the hub is alive, and whether memory leaks.</summary>
    private static void Report(FarmHub hub)
    {
        Heartbeat? slowest = hub.Log.Heartbeats.Slowest;
        hub.Log.Info(
            Area,
            "free memory: " + hub.Hal.System.FreeMemoryBytes.ToString() + " bytes, sockets: " + hub.Hal.Sockets.OpenSockets.ToString()
            + ", threads: " + hub.Log.Heartbeats.Count.ToString() + ", slowest: " + (slowest == null ? "none" : slowest.Name + " (" + slowest.SilentMs.ToString() + " ms)"));
    }
}
