using System;
using System.Globalization;
using Hub.Core.Configuration;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Hub.Core.Logging;
using Hub.Core.Printers;
using Hub.Core.Text;
using Hub.Hal.Desktop;
using Hub.Tests.Hal;
using Microsoft.VisualStudio.TestTools.UnitTesting;
using Moq;

namespace Hub.Tests.Configuration;

/// <summary>The power goes while printers.json is edited: it always loads, and is the old document or the new one.</summary>
[TestClass]
public sealed class ConfigPowerCutTests
{
    private const int Edits = 40;
    private const int CutsPerEdit = 15;

    private static readonly Log s_log = new(Mock.Of<ILogSink>(), Mock.Of<IClock>(), LogLevel.Error);

    private readonly Random _random = new(PowerCutSequenceTests.Seed);

    [TestMethod]
    public void Edits_DiskCut_LoadsTheOldOrTheNewDocument() => Passes(new FakeDisk());

    [TestMethod]
    public void Edits_BoardFilesCut_LoadsTheOldOrTheNewDocument() => Passes(new TornFiles());

    [TestMethod]
    public void Edits_DiskThatIgnoresFlushes_AreLost()
    {
        Assert.ThrowsExactly<AssertFailedException>(() => Passes(new FakeDisk { IgnoresFileFlush = true }));
        Assert.ThrowsExactly<AssertFailedException>(() => Passes(new FakeDisk { IgnoresFolderFlush = true }));
    }

    private void Passes(CutMedium medium)
    {
        int cuts = 0;
        int olds = 0;
        int news = 0;
        string document = Load(medium, "start").Text;
        for (int edit = 0; edit < Edits; edit++)
        {
            Action<ConfigManager> change = NextEdit(edit);
            CutMedium done = medium.Copy();
            string edited = Apply(done, change, int.MaxValue, out int steps)!;
            for (int i = 0; i < CutsPerEdit; i++)
            {
                CutMedium cut = medium.Copy();
                // Nearly all steps are bytes; what follows them is cut as often.
                int step = i % 3 == 0 ? Math.Max(0, steps - 1 - _random.Next(4)) : _random.Next(steps);
                string where = $"seed {PowerCutSequenceTests.Seed}, edit {edit}, step {step} of {steps}";
                Assert.IsNull(Apply(cut, change, step, out _), where);
                cut.LosePower(_random);
                string now = Load(cut, where).Text;
                Assert.IsTrue(now == document || now == edited, $"{where}: {now}");
                cuts++;
                olds += now == document ? 1 : 0;
                news += now == edited ? 1 : 0;

                // What was cut can be done again, and then it stays.
                string again = Apply(cut, Rename(edit), int.MaxValue, out _)!;
                cut.LosePower(_random);
                Assert.AreEqual(again, Load(cut, where).Text, where);
            }

            done.LosePower(_random);
            document = Load(done, $"seed {PowerCutSequenceTests.Seed}, edit {edit}").Text;
            Assert.AreEqual(edited, document);
            medium = done;
        }

        Assert.AreEqual(Edits * CutsPerEdit, cuts);
        Assert.IsGreaterThan(cuts / 10, olds);
        Assert.IsGreaterThan(0, news);
    }

    /// <summary>The document after the change; null when the power went first.</summary>
    private static string? Apply(CutMedium medium, Action<ConfigManager> change, int steps, out int taken)
    {
        medium.StepsLeft = int.MaxValue;
        ConfigManager config = Load(medium, "before the change").Config;
        medium.StepsLeft = steps;
        try
        {
            change(config);
            return Text(config);
        }
        catch (PowerCut)
        {
            return null;
        }
        finally
        {
            taken = steps - medium.StepsLeft;
            medium.StepsLeft = int.MaxValue;
        }
    }

    private static (ConfigManager Config, string Text) Load(CutMedium medium, string where)
    {
        var config = new ConfigManager(new SlotNvs(medium.Open()), new SystemTextJsonDocuments(), s_log);
        try
        {
            config.Load();
        }
        catch (HubException e)
        {
            throw new AssertFailedException($"{where}: {e.Message}", e);
        }

        return (config, Text(config));
    }

    private static string Text(ConfigManager config) => ConfigTestBed.Compact(config.Export(withSecrets: true));

    private static Action<ConfigManager> Rename(int edit) =>
        config => config.Import(ConfigTestBed.Utf8(ConfigTestBed.Document($$"""{"id":"again-{{edit}}","type":"octoprint","url":"http://192.168.1.9"}""")));

    /// <summary>The printers that stand are found when the edit runs, so that it fits any state.</summary>
    private Action<ConfigManager> NextEdit(int number)
    {
        int kind = _random.Next(5);
        int pick = _random.Next(100);
        string name = new('n', _random.Next(200));
        string id = "octo-" + number.ToString(CultureInfo.InvariantCulture);
        string entry = $$"""{"id":"{{id}}","name":"{{name}}","type":"octoprint","url":"http://192.168.1.20","api_key":"key-{{number}}"}""";
        return config =>
        {
            PrinterConfig[] printers = config.Printers;
            string? other = printers.Length == 0 ? null : printers[pick % printers.Length].Id;
            if (kind is 0 or 4 && printers.Length > 3)
            {
                config.Remove(other!);
            }
            else if (kind == 1 && other != null)
            {
                config.Update(other, ConfigTestBed.Entry($$"""{"name":"{{name}}{{number}}"}"""));
            }
            else if (kind == 2)
            {
                config.Import(ConfigTestBed.Utf8(ConfigTestBed.Document(entry, ConfigTestBed.Bambu)));
            }
            else
            {
                config.Add(ConfigTestBed.Entry(entry));
            }
        };
    }
}
