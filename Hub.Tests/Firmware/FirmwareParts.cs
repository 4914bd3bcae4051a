using System;
using System.Collections.Generic;
using System.IO;
using Hub.Tests.Cli;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Firmware;

/// <summary>What build/firmware-in-the-loop.sh built, and the runtime that it was given. A variable that is missing is a failure, never a pass.</summary>
internal static class FirmwareParts
{
    /// <summary>Port of the cloud, which is built into the program that seeds the flash.</summary>
    public static int CloudPort => int.Parse(Variable("HUB_FIRMWARE_PORT"));

    /// <summary>Starts the firmware on a flash.</summary>
    /// <param name="flash">Folder of the flash's image.</param>
    /// <param name="world">More variables of docs/board.md, by name.</param>
    public static HubProgram StartFirmware(string flash, IReadOnlyDictionary<string, string> world) => Start(Variable("HUB_FIRMWARE"), flash, world);

    /// <summary>Starts one of the programs of Flash/ on a flash.</summary>
    public static HubProgram StartFlashProgram(string name, string flash, IReadOnlyDictionary<string, string> world) => Start(Path.Combine(Variable("HUB_FLASH_PROGRAMS"), name), flash, world);

    /// <summary>Runs one of the programs of Flash/ to its end; returns what it wrote.</summary>
    public static string RunFlashProgram(string name, string flash, IReadOnlyDictionary<string, string>? world = null)
    {
        using HubProgram program = StartFlashProgram(name, flash, world ?? new Dictionary<string, string>());
        Assert.AreEqual(0, program.WaitForEnd(), name + ": " + program.Out + program.Error);
        return program.Out;
    }

    /// <summary>A number of the environment, or this one.</summary>
    public static int Number(string name, int otherwise) => int.TryParse(Environment.GetEnvironmentVariable(name), out int number) ? number : otherwise;

    private static HubProgram Start(string folder, string flash, IReadOnlyDictionary<string, string> world)
    {
        Directory.CreateDirectory(flash);
        string[] command = [.. Variable("NANOCLR").Split(' ', StringSplitOptions.RemoveEmptyEntries), folder];
        return HubProgram.StartOther(command, new Dictionary<string, string>(world) { ["HUB_FLASH"] = flash });
    }

    private static string Variable(string name) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value
        ? value
        : throw new AssertFailedException(name + " is not set: these tests run with build/firmware-in-the-loop.sh (docs/board.md)");
}
