using System;

namespace Hub.Core.Provisioning;

/// <summary>What a chunk led to.</summary>
internal enum ChunkResult
{
    /// <summary>More of the message is to come.</summary>
    More = 0,

    /// <summary>The message is complete: <see cref="ChunkReader.Message"/>.</summary>
    Complete = 1,

    /// <summary>It contradicts itself or the message; the message is dropped.</summary>
    Bad = 2,

    /// <summary>The message is longer than the hub takes.</summary>
    TooLarge = 3,
}

/// <summary>Puts a message together from its chunks (docs/provisioning.md, "Chunks"), in whatever order they come. No I/O. Thread: the caller's lock.</summary>
internal sealed class ChunkReader
{
    /// <summary>Bytes before a chunk's data.</summary>
    public const int HeaderBytes = 6;

    /// <summary>Longest message, in bytes.</summary>
    public const int MaxMessageBytes = 8192;

    /// <summary>Longest message that is not sealed, in bytes: anybody in reach can send one.</summary>
    public const int MaxPlainBytes = 512;

    /// <summary>Parts with gaps between them that a message may have at a time.</summary>
    private const int MaxParts = 16;

    private readonly int[] _starts = new int[MaxParts];
    private readonly int[] _ends = new int[MaxParts];
    private byte[]? _data;
    private int _number = -1;
    private int _kind;
    private int _parts;

    /// <summary>The complete message; the caller's after <see cref="Take"/> returned <see cref="ChunkResult.Complete"/>.</summary>
    public byte[] Message { get; private set; } = new byte[0];

    /// <summary>True when the message is sealed.</summary>
    public bool IsSealed { get; private set; }

    /// <summary>The connection ended: what there is of a message is dropped.</summary>
    public void Reset()
    {
        Drop();
        _number = -1;
    }

    /// <summary>Takes one write; the array stays the caller's.</summary>
    public ChunkResult Take(byte[] chunk)
    {
        if (chunk.Length <= HeaderBytes || chunk[1] > 1)
        {
            Reset();
            return ChunkResult.Bad;
        }

        int total = (chunk[2] << 8) | chunk[3];
        int offset = (chunk[4] << 8) | chunk[5];
        int count = chunk.Length - HeaderBytes;
        if (total == 0 || offset + count > total)
        {
            Reset();
            return ChunkResult.Bad;
        }

        if (total > (chunk[1] == 1 ? MaxMessageBytes : MaxPlainBytes))
        {
            Reset();
            return ChunkResult.TooLarge;
        }

        if (chunk[0] != _number)
        {
            Begin(chunk[0], chunk[1], total);
        }

        if (_data == null)
        {
            // A chunk of a message that is complete, or was dropped: it came twice, or too late.
            return ChunkResult.More;
        }

        if (_kind != chunk[1] || _data.Length != total || !Mark(offset, offset + count))
        {
            // Its central may send the whole message again, with the same number.
            Reset();
            return ChunkResult.Bad;
        }

        Array.Copy(chunk, HeaderBytes, _data, offset, count);
        if (_parts != 1 || _starts[0] != 0 || _ends[0] != total)
        {
            return ChunkResult.More;
        }

        Message = _data;
        IsSealed = _kind == 1;
        Drop();
        return ChunkResult.Complete;
    }

    private void Begin(int number, int kind, int total)
    {
        _number = number;
        _kind = kind;
        _data = new byte[total];
        _parts = 0;
    }

    private void Drop()
    {
        _data = null;
        _parts = 0;
    }

    /// <summary>Notes that these bytes are there: the parts stay in order and do not touch each other. False when there are too many of them.</summary>
    private bool Mark(int start, int end)
    {
        int at = 0;
        while (at < _parts && _ends[at] < start)
        {
            at++;
        }

        int past = at;
        while (past < _parts && _starts[past] <= end)
        {
            start = _starts[past] < start ? _starts[past] : start;
            end = _ends[past] > end ? _ends[past] : end;
            past++;
        }

        int merged = past - at;
        if (merged == 0 && _parts == MaxParts)
        {
            return false;
        }

        Array.Copy(_starts, past, _starts, at + 1, _parts - past);
        Array.Copy(_ends, past, _ends, at + 1, _parts - past);
        _parts += 1 - merged;
        _starts[at] = start;
        _ends[at] = end;
        return true;
    }
}
