using System;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Hal.Esp32S3;

namespace Hub.Tests.Firmware.Flash;

/// <summary>
/// Fills the flash storage: with long values, then with shorter ones, until not even one block is left. Few files, so that the blocks of the files
/// run out and not those of the directory: after that, littlefs stops at an assertion of its own (docs/board.md).
/// </summary>
internal static class FillProgram
{
    private const string Namespace = "fill";
    private const int LongestBytes = 32768;
    private const int ShortestBytes = 2048;

    public static void Main()
    {
        INvs nvs = new Esp32Hal(new Esp32Pins()).Nvs;
        int stored = 0;
        for (int length = LongestBytes; length >= ShortestBytes; length /= 4)
        {
            while (Store(nvs, "key" + stored.ToString(), length))
            {
                stored++;
            }
        }

        Console.WriteLine("filled with " + stored.ToString() + " values");
    }

    private static bool Store(INvs nvs, string key, int length)
    {
        try
        {
            nvs.Write(Namespace, key, new byte[length]);
            return true;
        }
        catch (HubException)
        {
            return false;
        }
    }
}
