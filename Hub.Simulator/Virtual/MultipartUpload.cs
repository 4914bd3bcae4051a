using System;
using System.Collections.Generic;
using System.IO;
using System.Security.Cryptography;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Hub.Simulator.Virtual;

/// <summary>
/// A multipart/form-data body: text fields in memory, the first file streamed into the storage's upload folder.
/// Disposing it deletes the file unless it was moved away.
/// </summary>
public sealed class MultipartUpload : IDisposable
{
    private const int BufferBytes = 256 * 1024;
    private const int MaxFieldBytes = 64 * 1024;
    private const int MaxFields = 64;

    private readonly Dictionary<string, string> _fields = new(StringComparer.Ordinal);

    private MultipartUpload()
    {
    }

    /// <summary>The file's name as the client sent it, or null without a file.</summary>
    public string? FileName { get; private set; }

    public string? TemporaryPath { get; private set; }

    /// <summary>SHA-256 of the file in lower-case hexadecimal, computed during the upload; null when not requested.</summary>
    public string? Sha256 { get; private set; }

    /// <summary>The value of a text field, or null.</summary>
    public string? Field(string name) => _fields.GetValueOrDefault(name);

    /// <summary>Reads the whole body.</summary>
    /// <param name="request">The request.</param>
    /// <param name="storage">Where the file goes.</param>
    /// <param name="filePart">Name of the part that holds the file.</param>
    /// <param name="hashes">True to compute the file's SHA-256.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="InvalidDataException">It is not proper multipart/form-data.</exception>
    /// <exception cref="IOException">The upload was interrupted; its partial file is deleted.</exception>
    public static async Task<MultipartUpload> ReadAsync(HttpRequest request, VirtualStorage storage, string filePart, bool hashes, CancellationToken stop)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(storage);
        MultipartUpload upload = new();
        try
        {
            if (!MediaTypeHeaderValue.TryParse(request.ContentType, out MediaTypeHeaderValue? type) || type.MediaType != "multipart/form-data" || type.Boundary.Length == 0)
            {
                return upload;
            }

            MultipartReader reader = new(HeaderUtilities.RemoveQuotes(type.Boundary).ToString(), request.Body, BufferBytes);
            while (await reader.ReadNextSectionAsync(stop).ConfigureAwait(false) is { } section)
            {
                await upload.TakeAsync(section, storage, filePart, hashes, stop).ConfigureAwait(false);
            }

            return upload;
        }
        catch
        {
            upload.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        if (TemporaryPath != null)
        {
            File.Delete(TemporaryPath);
        }
    }

    private async Task TakeAsync(MultipartSection section, VirtualStorage storage, string filePart, bool hashes, CancellationToken stop)
    {
        if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out ContentDispositionHeaderValue? disposition))
        {
            throw new InvalidDataException("A part lacks its Content-Disposition.");
        }

        string name = HeaderUtilities.RemoveQuotes(disposition.Name).ToString();
        string? fileName = disposition.FileNameStar.HasValue ? disposition.FileNameStar.Value : Unescape(HeaderUtilities.RemoveQuotes(disposition.FileName).Value);
        if (fileName == null)
        {
            if (_fields.Count >= MaxFields)
            {
                throw new InvalidDataException("Too many fields.");
            }

            _fields[name] = await ReadFieldAsync(section.Body, stop).ConfigureAwait(false);
        }
        else if (name == filePart && TemporaryPath == null)
        {
            FileName = fileName;
            TemporaryPath = storage.NewUploadPath();
            FileStream file = new(TemporaryPath, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
            await using (file.ConfigureAwait(false))
            {
                await StoreAsync(section.Body, file, hashes, stop).ConfigureAwait(false);
            }
        }
        else
        {
            await section.Body.CopyToAsync(Stream.Null, BufferBytes, stop).ConfigureAwait(false);
        }
    }

    private async Task StoreAsync(Stream body, FileStream file, bool hashes, CancellationToken stop)
    {
        if (!hashes)
        {
            await body.CopyToAsync(file, BufferBytes, stop).ConfigureAwait(false);
            return;
        }

        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[BufferBytes];
        int count;
        while ((count = await body.ReadAsync(buffer, stop).ConfigureAwait(false)) > 0)
        {
            hash.AppendData(buffer, 0, count);
            await file.WriteAsync(buffer.AsMemory(0, count), stop).ConfigureAwait(false);
        }

        Sha256 = Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    // As Python's parsers do: only quotes and backslashes are escaped, any other backslash stands for itself.
    private static string? Unescape(string? quoted) => quoted?.Replace("\\\\", "\\").Replace("\\\"", "\"");

    private static async Task<string> ReadFieldAsync(Stream body, CancellationToken stop)
    {
        byte[] buffer = new byte[MaxFieldBytes + 1];
        int count = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, stop).ConfigureAwait(false);
        return count > MaxFieldBytes
            ? throw new InvalidDataException("A field is too long.")
            : Encoding.UTF8.GetString(buffer, 0, count);
    }
}
