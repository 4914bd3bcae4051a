using System.IO;
using Hub.Core.Configuration;
using Hub.Core.Logging;
using Hub.Hal.Desktop;

namespace Hub.Simulator.Bench;

/// <summary>Imports a fleet's printers into a data folder before its hub runs.</summary>
internal static class FleetConfig
{
    public static void Import(byte[] printersJson, string data)
    {
        using DesktopHal hal = new(data);
        ConfigManager config = new(hal.Nvs, hal.JsonDocuments, new Log(new NoLog(), hal.Clock, LogLevel.Error));
        config.Load();
        config.Import(printersJson);
    }
}
