using System;
using System.IO;
using System.Linq;
using System.Security.Cryptography;

namespace Hub.Simulator.Bench;

/// <summary>The file that an upload benchmark sends, and the check that a server stored every byte of it.</summary>
internal sealed class UploadFile
{
    private const int BytesPerMiB = 1024 * 1024;
    private const int Seed = 11;

    private readonly byte[] _sha256;

    /// <summary>Writes it: random bytes of a fixed seed.</summary>
    public UploadFile(string path, int sizeMiB)
    {
        Path = path;
        Size = (long)sizeMiB * BytesPerMiB;
        byte[] block = new byte[BytesPerMiB];
        Random random = new(Seed);
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using FileStream file = File.Create(path);
        for (int i = 0; i < sizeMiB; i++)
        {
            random.NextBytes(block);
            hash.AppendData(block);
            file.Write(block);
        }

        _sha256 = hash.GetHashAndReset();
    }

    public string Path { get; }

    /// <summary>In bytes.</summary>
    public long Size { get; }

    /// <summary>Its SHA-256 as sha256sum writes it.</summary>
    public string Sha256 => Convert.ToHexStringLower(_sha256);

    /// <summary>Counts the bytes of the one G-code file below a server's folder, if they are the right ones, and deletes the file there.</summary>
    /// <param name="folder">Where the server stores its files.</param>
    /// <param name="seconds">How long the upload took; 0 where no speed is measured.</param>
    public Work TakeStored(string folder, double seconds)
    {
        string[] stored = Directory.GetFiles(folder, "*.gcode", SearchOption.AllDirectories);
        long done = stored.Length == 1 && IsWhole(stored[0]) ? Size : 0;
        Array.ForEach(stored, File.Delete);
        return new Work("bytes stored and verified", done, Size) { Bytes = seconds > 0 ? done : 0, Seconds = seconds };
    }

    private bool IsWhole(string path)
    {
        using FileStream file = File.OpenRead(path);
        return SHA256.HashData(file).SequenceEqual(_sha256);
    }
}
