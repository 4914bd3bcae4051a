using System;
using System.Linq;
using Hub.Simulator.Cloud.Farm;
using Hub.Simulator.Cloud.Webhooks;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Cloud.Webhooks;

/// <summary>When a printer needs a person, and when that is over.</summary>
[TestClass]
public sealed class AttentionWatchTests
{
    private static readonly PrinterKey s_key = new("h", "p");

    private readonly AttentionWatch _watch = new(new WebhookTimes());
    private DateTimeOffset _now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    [TestMethod]
    public void Step_Needs_BeginAndEndOnce()
    {
        Assert.AreEqual("", Step("printing"));
        Assert.AreEqual("+needs_attention", Step("attention"));
        Assert.AreEqual("", Step("attention"));
        Assert.AreEqual("-needs_attention", Step("printing"));
        Assert.AreEqual("+printer_error", Step("error"));
        Assert.AreEqual("-printer_error +clear_bed", Step("finished", true));
        Assert.AreEqual("", Step("idle", true));
        Assert.AreEqual("-clear_bed", Step("idle"));
    }

    [TestMethod]
    public void Step_Paused_IsReportedUnlessTheCloudWasAsked()
    {
        Step("printing");
        Assert.AreEqual("+paused", Step("paused"));
        Assert.AreEqual("-paused", Step("printing"));
        _watch.PauseAsked(s_key, _now);
        Assert.AreEqual("", Step("pausing"));
        Assert.AreEqual("", Step("paused"));
        Pass(3600);
        Assert.AreEqual("", Step("paused"), "however long it lasts");
        Step("printing");
        Pass(3600);
        Assert.AreEqual("+paused", Step("paused"), "another pause");
        _watch.PauseAsked(s_key, _now);
        Assert.AreEqual("", Step("paused"), "a need is not over by a later command");
    }

    [TestMethod]
    public void Step_PauseAskedLongBefore_IsAnother()
    {
        Step("printing");
        _watch.PauseAsked(s_key, _now);
        Pass(301);
        Assert.AreEqual("+paused", Step("paused"));
    }

    [TestMethod]
    public void Step_OfflineDuringAJob_IsReportedAfterAMinute()
    {
        Step("printing");
        Assert.AreEqual("", Step("offline"));
        Assert.AreEqual(_now.AddSeconds(60), _watch.Due());
        Pass(59);
        Assert.AreEqual("", Step("offline"));
        Pass(1);
        Assert.AreEqual("+offline", Step("offline"));
        Assert.IsNull(_watch.Due());
        Assert.AreEqual("", Step("offline"));
        Assert.AreEqual("-offline", Step("printing"));
    }

    [TestMethod]
    public void Step_OfflineForAMomentOrWithoutAJob_IsNot()
    {
        Step("printing");
        Step("offline");
        Pass(30);
        Step("printing");
        Step("offline");
        Pass(59);
        Assert.AreEqual("", Step("offline"), "the minute began again");
        Step("idle");
        Assert.AreEqual("", Step("offline"));
        Pass(3600);
        Assert.AreEqual("", Step("offline"));
        Assert.IsNull(_watch.Due());
    }

    [TestMethod]
    public void Step_Offline_LeavesTheOtherNeeds()
    {
        Step("finished", true);
        Assert.AreEqual("", Step("offline"));
        Assert.AreEqual("", Step("unknown"));
        Assert.AreEqual("", Step("finished", true));
    }

    [TestMethod]
    public void Restore_WhatWasReported_IsNotReportedAgain()
    {
        _watch.Restore(s_key, WebhookKinds.ClearBed);
        _watch.Restore(s_key, WebhookKinds.Paused);
        Assert.AreEqual("-paused", Step("finished", true));
        Assert.AreEqual("-clear_bed", Step("finished"));
    }

    [TestMethod]
    public void Remove_PrinterThatComesAgain_BeginsAnew()
    {
        Assert.AreEqual("+clear_bed", Step("finished", true));
        _watch.Remove(s_key);
        Assert.AreEqual("+clear_bed", Step("finished", true));
    }

    private void Pass(double seconds) => _now = _now.AddSeconds(seconds);

    private string Step(string state, bool isBedOccupied = false) =>
        string.Join(' ', _watch.Step(s_key, new AttentionView { State = state, IsBedOccupied = isBedOccupied }, _now).Select(c => (c.IsOn ? "+" : "-") + c.Kind));
}
