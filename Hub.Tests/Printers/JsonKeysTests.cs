using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Text;
using Hub.Core.Json;
using Hub.Core.Printers;
using Hub.Core.Printers.Bambu;
using Hub.Core.Printers.Moonraker;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Printers;

/// <summary>A constant of a key table has the index of the JSON name that it is called after.</summary>
[TestClass]
public sealed class JsonKeysTests
{
    private static IEnumerable<Type> Tables => typeof(IPrinterClient).Assembly.GetTypes()
        .Where(t => t.Namespace?.StartsWith("Hub.Core.Printers.", StringComparison.Ordinal) == true && t.GetField("Names", BindingFlags.Static | BindingFlags.Public)?.FieldType == typeof(JsonNames));

    [TestMethod]
    public void Names_EveryTable_StandAtTheConstantsOfTheSameName()
    {
        Assert.IsGreaterThanOrEqualTo(7, Tables.Count());
        foreach (Type table in Tables)
        {
            JsonNames names = (JsonNames)table.GetField("Names", BindingFlags.Static | BindingFlags.Public)!.GetValue(null)!;
            FieldInfo[] constants = [.. table.GetFields(BindingFlags.Static | BindingFlags.Public).Where(f => f.IsLiteral)];
            Assert.IsNotEmpty(constants);
            string[] all = All(names);
            Assert.HasCount(constants.Length, all, table.Name);
            foreach (FieldInfo constant in constants)
            {
                string json = all[(int)constant.GetRawConstantValue()!];
                Assert.AreEqual(constant.Name.ToUpperInvariant(), json == "3D" ? "THREED" : Plain(json), $"{table.Name}.{constant.Name} is {json}");
            }
        }
    }

    [TestMethod]
    [DataRow("disconnected", (int)KlippyState.Disconnected)]
    [DataRow("startup", (int)KlippyState.Startup)]
    [DataRow("ready", (int)KlippyState.Ready)]
    [DataRow("shutdown", (int)KlippyState.Shutdown)]
    [DataRow("error", (int)KlippyState.Error)]
    public void KlippyWords_EveryState_HasItsWord(string word, int state) => Assert.AreEqual(state, IndexOf(KlippyWords.States, word) + KlippyWords.First);

    [TestMethod]
    public void KlippyWords_EveryPrintState_HasItsWord()
    {
        foreach (KlipperPrint print in Enum.GetValues<KlipperPrint>().Where(p => p != KlipperPrint.Unknown))
        {
            Assert.AreEqual((int)print, IndexOf(KlippyWords.PrintStates, print.ToString().ToLowerInvariant()) + KlippyWords.First);
        }
    }

    [TestMethod]
    public void Phase_EveryWord_IsRead()
    {
        foreach (BambuPhase phase in Enum.GetValues<BambuPhase>().Where(p => p != BambuPhase.Unknown))
        {
            BambuReport report = new BambuReport();
            byte[] json = Encoding.UTF8.GetBytes("{\"print\":{\"command\":\"push_status\",\"gcode_state\":\"" + phase.ToString().ToUpperInvariant() + "\"}}");
            report.Read(json, 0, json.Length);
            Assert.AreEqual(phase, report.Values.Phase);
        }
    }

    private static string Plain(string json) => json.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).ToUpperInvariant();

    private static string[] All(JsonNames names) =>
        [.. ((byte[][])typeof(JsonNames).GetField("_names", BindingFlags.Instance | BindingFlags.NonPublic)!.GetValue(names)!).Select(Encoding.UTF8.GetString)];

    private static int IndexOf(JsonNames names, string word) => Array.IndexOf(All(names), word);
}
