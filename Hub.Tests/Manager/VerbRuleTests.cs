using System;
using System.Collections.Generic;
using System.Linq;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Manager;
using Hub.Core.Printers;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Manager;

/// <summary>No verb is forgotten: each has its row and its branch in every decision, and one that has none throws.</summary>
[TestClass]
public sealed class VerbRuleTests
{
    private const PrinterVerb Unknown = (PrinterVerb)99;

    private static PrinterVerb[] All => Enum.GetValues<PrinterVerb>();

    [TestMethod]
    public void Of_EveryVerb_HasARowOfItsOwn()
    {
        foreach (PrinterVerb verb in All)
        {
            Assert.AreEqual(verb, VerbRule.Of(verb).Verb);
            Assert.IsGreaterThan(0, VerbRule.Of(verb).TimeoutMs);
            Assert.AreEqual(VerbRule.Of(verb).TimeoutMs, new PrinterCommand(verb).TimeoutMs);
        }

        Assert.HasCount(All.Length, new HashSet<string>(All.Select(v => VerbRule.Of(v).Name)));
        Assert.HasCount(All.Length, new HashSet<PrinterCapabilities>(All.Select(v => VerbRule.Of(v).Needs)));
    }

    [TestMethod]
    public void Judge_EveryVerb_FitsItsRow()
    {
        foreach (PrinterVerb verb in All)
        {
            string?[] verdicts = [.. Enum.GetValues<PrinterState>().Select(state => CommandProof.Judge(verb, state))];
            switch (VerbRule.Of(verb).End)
            {
                case CommandEnd.Accepted:
                    Assert.IsTrue(verdicts.All(v => v == CommandProof.Done), verb.ToString());
                    break;
                case CommandEnd.ProvenByEvidence:
                    Assert.IsTrue(verdicts.All(v => v == null), verb.ToString());
                    break;
                default:
                    Assert.Contains(CommandProof.Done, verdicts, verb.ToString());
                    Assert.Contains((string?)null, verdicts, verb.ToString());
                    break;
            }
        }
    }

    [TestMethod]
    public void Refuse_EveryVerb_IsAllowedInSomeState()
    {
        foreach (PrinterVerb verb in All)
        {
            Assert.IsTrue(Enum.GetValues<PrinterState>().Any(state => CommandProof.Refuse(verb, state, null) == null), verb.ToString());
        }
    }

    [TestMethod]
    public void BadArguments_EveryVerb_IsDecided()
    {
        foreach (PrinterVerb verb in All)
        {
            Assert.IsNull(CommandChecks.BadArguments(new PrinterCommand(verb) { Lines = ["G28"], Level = 1, StoredPath = "a.gcode" }), verb.ToString());
        }
    }

    [TestMethod]
    public void Send_EveryVerb_ReachesAMethodOfItsOwn()
    {
        HashSet<string> calls = [];
        foreach (PrinterVerb verb in All)
        {
            ScriptedClient client = new();
            CommandSender.Send(client, new PrinterCommand(verb) { Lines = ["G28"], Level = 1, StoredPath = "a.gcode" }, CancellationToken.None);
            Assert.IsTrue(calls.Add(client.LastCall), verb + " does as another verb: " + client.LastCall);
        }
    }

    [TestMethod]
    public void UnknownVerb_WhereverItComes_Throws()
    {
        Assert.AreEqual(ErrorCode.Internal, Assert.ThrowsExactly<HubException>(() => VerbRule.Of(Unknown)).Code);
        Assert.ThrowsExactly<HubException>(() => new PrinterCommand(Unknown, 1000));
        Assert.ThrowsExactly<HubException>(() => CommandProof.Judge(Unknown, PrinterState.Idle));
        Assert.ThrowsExactly<HubException>(() => CommandProof.Refuse(Unknown, PrinterState.Idle, null));
    }
}
