using System;
using Hub.Core.Json;

namespace Hub.Tests.Portable;

/// <summary>Gives a document in pieces of one size.</summary>
internal sealed class PieceSource : IJsonSource
{
    private readonly byte[] _json;
    private readonly int _pieceSize;
    private int _position;

    public PieceSource(byte[] json, int pieceSize)
    {
        _json = json;
        _pieceSize = pieceSize;
    }

    /// <summary>Begins it anew.</summary>
    public void Rewind() => _position = 0;

    public int Read(byte[] target, int offset, int count)
    {
        int size = Math.Min(Math.Min(count, _pieceSize), _json.Length - _position);
        Array.Copy(_json, _position, target, offset, size);
        _position += size;
        return size;
    }
}
