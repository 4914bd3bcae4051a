using System;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Hal.Esp32S3;

namespace Hub.Tests.Firmware.Flash;

/// <summary>
/// Fills the flash storage until a value does not fit any more, and ends at once: after a failure for lack of space, littlefs may stop
/// at an assertion of its own (<c>lfs_bd_prog</c>) when the next file is opened.
/// </summary>
internal static class FillProgram
{
    private const string Namespace = "fill";
    private const int ValueBytes = 2048;

    public static void Main()
    {
        INvs nvs = new Esp32Hal(new Esp32Pins()).Nvs;
        int stored = 0;
        while (Store(nvs, "key" + stored.ToString()))
        {
            stored++;
        }

        Console.WriteLine("filled with " + stored.ToString() + " values");
    }

    private static bool Store(INvs nvs, string key)
    {
        try
        {
            nvs.Write(Namespace, key, new byte[ValueBytes]);
            return true;
        }
        catch (HubException)
        {
            return false;
        }
    }
}
