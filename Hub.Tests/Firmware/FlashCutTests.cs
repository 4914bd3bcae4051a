using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using Hub.Tests.Cli;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Firmware;

/// <summary>
/// Power cuts in the middle of the flash's operations, through the board's own file driver: each value whose writing ended is there
/// afterwards. HUB_FLASH_CUTS changes the number of cuts, HUB_KILL_SEED the moments.
/// </summary>
[TestClass]
[DoNotParallelize]
public sealed class FlashCutTests : IDisposable
{
    private const int PowerCut = 77;

    /// <summary>A write of a value takes some 10 operations: most cuts come within 15 values.</summary>
    private const int MostOperations = 150;

    private readonly DirectoryInfo _flash = Directory.CreateTempSubdirectory("hub-flash-");
    private readonly Random _random = new(FirmwareParts.Number("HUB_KILL_SEED", 20261130));
    private readonly int _cuts = FirmwareParts.Number("HUB_FLASH_CUTS", 2000);

    public TestContext TestContext { get; set; } = null!;

    public void Dispose() => _flash.Delete(recursive: true);

    [TestMethod]
    [TestCategory("Firmware")]
    public void Storage_PowerCutAtAnyOperation_LosesNothing()
    {
        int written = 0;
        int cut = 0;
        for (int i = 0; i < _cuts; i++)
        {
            Dictionary<string, string> world = new() { ["HUB_FLASH_CUT"] = (1 + _random.Next(MostOperations)).ToString() };
            using HubProgram program = FirmwareParts.StartFlashProgram("write", _flash.FullName, world);
            int code = program.WaitForEnd();
            string[] lines = program.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.IsTrue(code is 0 or PowerCut && !Array.Exists(lines, line => !IsProgress(line)), $"run {i}, code {code}: {program.Out}{program.Error}");
            cut += code == PowerCut ? 1 : 0;
            if (lines.Length > 0)
            {
                // Cut before it said so, the value after the last one may be there.
                int found = NumberOf(lines[0]);
                Assert.IsTrue(found == written || found == written + 1, $"run {i} found {found} after {written}");
                written = NumberOf(lines[^1]);
            }
        }

        TestContext.WriteLine($"{cut} cuts, {written} values written, none lost");
        Assert.IsGreaterThan(_cuts / 2, cut, "the cuts came too late");
        Assert.IsGreaterThan(_cuts, written);
    }

    private static bool IsProgress(string line) => line.StartsWith("found ", StringComparison.Ordinal) || line.StartsWith("wrote ", StringComparison.Ordinal);

    private static int NumberOf(string line) => int.Parse(line.Split(' ').Last());
}
