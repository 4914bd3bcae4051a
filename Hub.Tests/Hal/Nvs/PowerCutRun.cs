using System;
using System.Collections.Generic;
using System.Linq;
using Hub.Core.Errors;
using Hub.Core.Hal;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Hal;

/// <summary>
/// A long random sequence of writes and deletions. Each is cut at every step; every cut is followed by a check, a
/// second change that is cut as well, a check, a change that is let through, and a third cut.
/// </summary>
internal sealed class PowerCutRun
{
    private static readonly (string Ns, string Key)[] s_names =
        [("config", "printers.json"), ("config", "cloud.json"), ("config", "wifi.json"), ("jobs", "a"), ("jobs", "b")];

    private readonly Func<INvsFiles, INvs> _openStore;
    private readonly int _seed;
    private readonly Random _random;
    private string _where = "";

    public PowerCutRun(Func<INvsFiles, INvs> openStore, int seed)
    {
        _openStore = openStore;
        _seed = seed;
        _random = new Random(seed);
    }

    /// <summary>Cuts inside a write, which is at one of its bytes.</summary>
    public int CutsInWrites { get; private set; }

    /// <summary>Cuts at any step.</summary>
    public int Cuts { get; private set; }

    public int Edits { get; private set; }

    public int Deletions { get; private set; }

    public void Run(CutMedium medium, int cutsInWrites)
    {
        var state = new State(medium);
        while (CutsInWrites < cutsInWrites)
        {
            Edit edit = NextEdit();
            Edits++;
            Deletions += edit.Value == null ? 1 : 0;
            int step = 0;
            State cut;
            do
            {
                cut = state.Copy();
            }
            while (!CutAt(cut, edit, step++));

            // Histories with cuts in them are as good a start for what follows as clean ones.
            state = Edits % 4 == 0 ? cut : state;
            if (state != cut)
            {
                Apply(state, edit, int.MaxValue);
            }
        }
    }

    /// <summary>True when the change was over before the cut.</summary>
    private bool CutAt(State state, Edit edit, int step)
    {
        Cuts++;
        _where = $"seed {_seed}, edit {Edits} ({edit}), step {step}";
        bool isDone = Apply(state, edit, step);
        CutsInWrites += !isDone && state.Medium.WasCutInWrite ? 1 : 0;
        if (state.Medium.CanKill && _random.Next(4) == 0)
        {
            _where += ", killed";
            Check(state, isDurable: false);
        }
        else
        {
            state.Medium.LosePower(_random);
            Check(state, isDurable: true);
        }

        Edit second = _random.Next(2) == 0 ? NextEdit() : NextEdit() with { Name = edit.Name };
        int secondStep = _random.Next(2 * (second.Value?.Length ?? 0) + 60);
        _where += $"; then {second}, step {secondStep}";
        Apply(state, second, secondStep);
        state.Medium.LosePower(_random);
        Check(state, isDurable: true);

        Edit third = NextEdit();
        _where += $"; then {third}";
        Apply(state, third, int.MaxValue);
        Check(state, isDurable: false);
        state.Medium.LosePower(_random);
        Check(state, isDurable: true);
        return isDone;
    }

    /// <summary>False when the power was cut before the change returned.</summary>
    private bool Apply(State state, Edit edit, int steps)
    {
        List<byte[]?> allowed = state.Allowed[edit.Name];
        state.Medium.StepsLeft = steps;
        allowed.Add(edit.Value);
        try
        {
            INvs nvs = _openStore(state.Medium.Open());
            if (edit.Value == null)
            {
                nvs.Delete(edit.Name.Ns, edit.Name.Key);
            }
            else
            {
                nvs.Write(edit.Name.Ns, edit.Name.Key, edit.Value);
            }

            allowed.RemoveRange(0, allowed.Count - 1);
            return true;
        }
        catch (PowerCut)
        {
            return false;
        }
        catch (HubException e)
        {
            throw new AssertFailedException($"{_where}: {e.Message}", e);
        }
        finally
        {
            state.Medium.StepsLeft = int.MaxValue;
        }
    }

    /// <param name="state">The medium and what it may hold.</param>
    /// <param name="isDurable">After a cut, what is found is on the medium and must stay.</param>
    private void Check(State state, bool isDurable)
    {
        try
        {
            INvs nvs = _openStore(state.Medium.Open());
            foreach ((string ns, string key) name in s_names)
            {
                byte[]? value = nvs.Read(name.ns, name.key);
                List<byte[]?> allowed = state.Allowed[name];
                byte[]?[] found = allowed.Where(each => AreEqual(each, value)).Take(1).ToArray();
                Assert.AreEqual(1, found.Length, $"{_where}: {name.key} holds {Text(value)}, not one of {string.Join(" or ", allowed.Select(Text))}");
                if (isDurable)
                {
                    allowed.Clear();
                    allowed.Add(found[0]);
                }

                Assert.AreEqual(value != null, nvs.Keys(name.ns).Contains(name.key), $"{_where}: {name.key} in the list of keys");
            }

            Assert.IsTrue(nvs.IsHealthy, _where);
        }
        catch (HubException e)
        {
            throw new AssertFailedException($"{_where}: {e.Message}", e);
        }
    }

    private Edit NextEdit()
    {
        (string Ns, string Key) name = s_names[_random.Next(s_names.Length)];
        if (_random.Next(3) == 0)
        {
            return new Edit(name, null);
        }

        int size = _random.Next(16) switch
        {
            0 => 0,
            1 or 2 => _random.Next(470, 520),
            3 => _random.Next(1600),
            _ => _random.Next(100),
        };
        byte[] value = new byte[size];
        _random.NextBytes(value);
        return new Edit(name, value);
    }

    private static bool AreEqual(byte[]? a, byte[]? b) => a == null || b == null ? a == b : a.AsSpan().SequenceEqual(b);

    private static string Text(byte[]? value) =>
        value == null ? "nothing" : $"{value.Length} bytes {Convert.ToHexString(value.AsSpan(0, Math.Min(value.Length, 4)))}";

    private sealed record Edit((string Ns, string Key) Name, byte[]? Value)
    {
        public override string ToString() => $"{Name.Ns}/{Name.Key} = {Text(Value)}";
    }

    /// <summary>A medium and, for every key, what it may hold.</summary>
    private sealed class State
    {
        public State(CutMedium medium)
        {
            Medium = medium;
            Allowed = s_names.ToDictionary(name => name, _ => new List<byte[]?> { null });
        }

        public CutMedium Medium { get; }

        public Dictionary<(string Ns, string Key), List<byte[]?>> Allowed { get; private init; }

        public State Copy() => new(Medium.Copy()) { Allowed = Allowed.ToDictionary(pair => pair.Key, pair => new List<byte[]?>(pair.Value)) };
    }
}
