using System;
using System.Collections.Generic;
using System.Linq;
using Hub.Core.Hal;

namespace Hub.Tests.Hal;

/// <summary>
/// The board's files as <see cref="INvsFiles"/> states them: finished writes are there in order, a cut write may
/// leave anything in its file, and a removal may come back until the next write of its folder.
/// </summary>
internal sealed class TornFiles : CutMedium, INvsFiles
{
    private readonly SortedDictionary<string, byte[]> _files = new(StringComparer.Ordinal);
    private readonly Dictionary<string, byte[]> _removed = [];
    private string? _cutPath;
    private byte[] _cutContent = [];

    public override bool CanKill => false;

    public override INvsFiles Open() => this;

    public override CutMedium Copy()
    {
        var copy = new TornFiles();
        foreach ((string path, byte[] content) in _files)
        {
            copy._files[path] = content;
        }

        foreach ((string path, byte[] content) in _removed)
        {
            copy._removed[path] = content;
        }

        return copy;
    }

    public override void LosePower(Random random)
    {
        foreach ((string path, byte[] content) in _removed)
        {
            if (random.Next(2) == 0)
            {
                _files[path] = content;
            }
        }

        _removed.Clear();
        if (_cutPath != null)
        {
            Tear(_cutPath, random);
        }

        _cutPath = null;
    }

    public byte[]? Read(string folder, string name) => _files.GetValueOrDefault(folder + "/" + name);

    public void Write(string folder, string name, byte[] content)
    {
        string path = folder + "/" + name;
        int taken = Take(content.Length, isWrite: true);
        if (taken < content.Length)
        {
            _cutPath = path;
            _cutContent = content[..taken];
        }

        CutIfOver(taken, content.Length);
        _files[path] = content;
        foreach (string removed in _removed.Keys.Where(other => other.StartsWith(folder + "/", StringComparison.Ordinal)).ToArray())
        {
            _removed.Remove(removed);
        }
    }

    public void Flush(string folder, string name)
    {
        // Only finished writes can be read.
    }

    public void Remove(string folder, string name)
    {
        Step();
        if (_files.Remove(folder + "/" + name, out byte[]? content))
        {
            _removed[folder + "/" + name] = content;
        }
    }

    public string[] List(string folder) =>
        _files.Keys.Where(path => path.StartsWith(folder + "/", StringComparison.Ordinal)).Select(path => path[(folder.Length + 1)..]).ToArray();

    private void Tear(string path, Random random)
    {
        byte[] old = _files.GetValueOrDefault(path, []);
        switch (random.Next(6))
        {
            case 0:
                _files.Remove(path);
                break;
            case 1:
                _files[path] = [];
                break;
            case 2:
                _files[path] = _cutContent;
                break;
            case 3:
                _files[path] = [.. _cutContent, .. old.Skip(_cutContent.Length)];
                break;
            case 4:
                byte[] garbage = new byte[random.Next(100)];
                random.NextBytes(garbage);
                _files[path] = [.. _cutContent, .. garbage];
                break;
            default:
                byte[] all = new byte[random.Next(2000)];
                random.NextBytes(all);
                _files[path] = all;
                break;
        }
    }
}
