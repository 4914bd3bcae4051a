using System;
using System.Text;
using Hub.Core.Configuration;
using Hub.Hal.Esp32S3;

namespace Hub.Tests.Firmware.Flash;

/// <summary>Stores a cloud.json and a wifi.json, as provisioning will, and ends.</summary>
internal static class SeedProgram
{
    public static void Main()
    {
        Esp32Hal hal = new Esp32Hal(new Esp32Pins());
        Store(hal, ConfigManager.CloudKey, "{\"version\":1,\"url\":\"" + FlashSettings.CloudUrl + "\"}");
        Store(hal, ConfigManager.WifiKey, "{\"version\":1,\"ssid\":\"farm\",\"password\":\"farm-password\"}");
        Console.WriteLine("stored");
    }

    private static void Store(Esp32Hal hal, string key, string document) => hal.Nvs.Write(ConfigManager.NvsNamespace, key, Encoding.UTF8.GetBytes(document));
}
