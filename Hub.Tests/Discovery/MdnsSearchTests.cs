using System;
using System.Linq;
using System.Threading;
using Hub.Core.Discovery;
using Hub.Core.Hal;
using Hub.Hal.Desktop;
using Hub.Tests.Support;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Discovery;

[TestClass]
public sealed class MdnsSearchTests
{
    private const string OctoPrint = "_octoprint._tcp.local";
    private const string Moonraker = "_moonraker._tcp.local";
    private const string Left = "OctoPrint instance \"Mk3\\.5 left\"." + OctoPrint;
    private const int ForMs = 400;

    private readonly DiscoveryTable _table = new();

    [TestMethod]
    public void Run_AllInOneAnswer_Listed()
    {
        using ScriptedMdnsResponder responder = new((name, type) => name == OctoPrint
            ? w =>
            {
                w.AddPtr(OctoPrint, Left, 10);
                w.BeginAdditional();
                w.AddSrv(Left, "octopi.local", 5000, 10, false);
                w.AddTxt(Left, ["path=/octo/", "version=1.10.3", "model=OctoPrint", "u=name", "p=fake-password"], 10, false);
                w.AddA("octopi.local", [10, 9, 8, 7], 10, false);
            }
        : null);

        Search(responder);

        Assert.AreEqual("octoprint 10.9.8.7:5000/octo Mk3.5 left  1.10.3 ", Lines());
        HttpCandidate candidate = _table.TakeCandidate()!;
        Assert.AreEqual("10.9.8.7:5000/octo", $"{candidate.Address}:{candidate.Port}{candidate.Path}");
    }

    [TestMethod]
    public void Run_OnlyPointers_RestIsAskedFor()
    {
        string instance = "Moonraker @ voron." + Moonraker;
        using ScriptedMdnsResponder responder = new((name, type) => (name, type) switch
        {
            (Moonraker, MdnsTypes.Ptr) => w => w.AddPtr(Moonraker, instance, 10),
            (_, MdnsTypes.Srv) when name == instance => w => w.AddSrv(instance, "VORON.local", 7125, 10, false),
            (_, MdnsTypes.Txt) when name == instance => w => w.AddTxt(instance, ["UUID=abc", "version=v1"], 10, false),
            ("VORON.local", MdnsTypes.A) => w => w.AddA("voron.local", [127, 0, 0, 1], 10, false),
            _ => null,
        });

        Search(responder, 800);

        Assert.AreEqual("moonraker 127.0.0.1:7125 voron  v1 abc", Lines());
    }

    [TestMethod]
    public void Run_SeveralAddresses_TheOneThatAnswered()
    {
        using ScriptedMdnsResponder responder = new((name, type) => name == OctoPrint ? w => Write(w, Left, "h.local", [172, 17, 0, 1], [127, 0, 0, 1]) : null);

        Search(responder);

        Assert.AreEqual("127.0.0.1", _table.ToArray().Single().Address);
    }

    [TestMethod]
    public void Run_NoAddress_TheSenders()
    {
        // Prusa-Link registers its services without addresses.
        using ScriptedMdnsResponder responder = new((name, type) => name == OctoPrint ? w => Write(w, Left, "h.local") : null);

        Search(responder);

        Assert.AreEqual("127.0.0.1", _table.ToArray().Single().Address);
        CollectionAssert.Contains(responder.Questions, "h.local " + MdnsTypes.A);
    }

    [TestMethod]
    public void Run_QuestionsGetLost_AskedAgain()
    {
        int count = 0;
        using ScriptedMdnsResponder responder = new((name, type) => name == OctoPrint && ++count == 2 ? w => Write(w, Left, "h.local", [127, 0, 0, 1]) : null);

        Search(responder, 1300);

        Assert.HasCount(1, _table.ToArray());
    }

    [TestMethod]
    public void Run_GoodbyeAfterwards_TakenAwayButTheNewNameStays()
    {
        string renamed = "new." + OctoPrint;
        int count = 0;
        using ScriptedMdnsResponder responder = new((name, type) => name != OctoPrint ? null : ++count == 1
            ? w =>
            {
                Write(w, Left, "h.local", [127, 0, 0, 1]);
                Write(w, "other." + OctoPrint, "g.local", [127, 0, 0, 2]);
            }
        : w =>
        {
            Write(w, renamed, "h.local", [127, 0, 0, 1]);
            w.AddPtr(OctoPrint, Left, 0);
            w.AddPtr(OctoPrint, "other." + OctoPrint, 0);
        });

        Search(responder, 1300);

        Assert.AreEqual("octoprint 127.0.0.1:80 new   ", Lines());
    }

    [TestMethod]
    public void Run_HostileAnswers_OnlyWhatFitsIsListed()
    {
        int service = 0;
        using ScriptedMdnsResponder responder = new((name, type) => name == OctoPrint
            ? w =>
            {
                Write(w, Left, "h.local", [127, 0, 0, 1]);
                Write(w, "broadcast." + OctoPrint, "b.local", [255, 255, 255, 255]);
                Write(w, "group." + OctoPrint, "g.local", [224, 0, 0, 251]);
                w.AddSrv("noport." + OctoPrint, "h.local", 0, 10, false);
                w.AddPtr("_http._tcp.local", "printer._http._tcp.local", 10);
                w.AddSrv("printer._http._tcp.local", "h.local", 631, 10, false);
                while (w.AddPtr(OctoPrint, "x" + service++ + "." + OctoPrint, 10))
                {
                    // As many as fit.
                }
            }
        : null);

        Search(responder);

        // A host's broadcast address is no address: the sender's stands in, and that is the same printer.
        Assert.AreEqual("octoprint 127.0.0.1:80 Mk3.5 left   ", Lines());
    }

    [TestMethod]
    public void Run_Cancelled_EndsAtOnce()
    {
        using DesktopHal hal = Hal();
        using CancellationTokenSource cancel = new(100);
        FairWatch watch = FairWatch.StartNew();

        MdnsSearch.Run(hal, "127.0.0.1", 45353, 20_000, _table, cancel.Token);

        Assert.IsLessThan(2000, watch.ElapsedMilliseconds);
    }

    private static DesktopHal Hal() => new("unused", new DesktopHalOptions { Nvs = new MemoryNvs() });

    private static void Write(MdnsWriter writer, string instance, string host, params byte[][] addresses)
    {
        writer.AddPtr(instance[(instance.IndexOf("._", StringComparison.Ordinal) + 1)..], instance, 10);
        writer.AddSrv(instance, host, 80, 10, false);
        writer.AddTxt(instance, [], 10, false);
        foreach (byte[] address in addresses)
        {
            writer.AddA(host, address, 10, false);
        }
    }

    private void Search(ScriptedMdnsResponder responder, int forMs = ForMs)
    {
        using DesktopHal hal = Hal();
        MdnsSearch.Run(new AnsweredHal(hal, responder), "127.0.0.1", responder.Port, forMs, _table, CancellationToken.None);
        Assert.AreEqual(0, hal.Buffers.Rented);
        Assert.AreEqual(0, hal.Sockets.OpenSockets);
    }

    private string Lines() => string.Join('\n', _table.ToArray().Select(p => $"{p.Type} {p.Address}:{p.Port}{p.Path} {p.Name} {p.Model} {p.Version} {p.Identity}"));
}
