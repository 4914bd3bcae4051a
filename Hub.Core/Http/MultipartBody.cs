using System;
using System.Text;
using Hub.Core.Hal;
using Hub.Core.Streams;
using Hub.Core.Text;

namespace Hub.Core.Http;

/// <summary>
/// A multipart/form-data body (RFC 7578): text fields first, because OctoPrint and Moonraker stream the
/// file as it arrives, then one file part and, on request, its digest. Its length is known before it is sent. Thread: the transfer worker.
/// </summary>
public sealed class MultipartBody : IHttpBody
{
    private const int Sha256Digits = 64;

    private readonly string _boundary;
    private readonly CheckedSource _file;
    private readonly IUploadProgress? _progress;
    private readonly StringBuilder _fields = new StringBuilder();
    private readonly string _fileHead;
    private byte[] _tail;
    private IRunningHash? _digest;
    private int _digestAt;
    private byte[]? _head;
    private long _position;
    private long _reportedBytes;

    /// <summary>Makes the body; the caller opens and closes the source.</summary>
    /// <param name="boundary">From <see cref="NewBoundary"/>: must not occur in the file.</param>
    /// <param name="fieldName">Name of the file's part, such as <c>file</c>.</param>
    /// <param name="fileName">Name of the file; any text.</param>
    /// <param name="source">The file's bytes.</param>
    /// <param name="progress">Notified of the bytes of the file that were sent, or null.</param>
    public MultipartBody(string boundary, string fieldName, string fileName, IUploadSource source, IUploadProgress? progress)
    {
        _boundary = boundary;
        _file = new CheckedSource(source);
        _progress = progress;
        _fileHead = "Content-Disposition: form-data; name=\"" + Quoted(fieldName) + "\"; filename=\"" + Quoted(fileName) + "\""
            + ExtendedName(fileName) + "\r\nContent-Type: application/octet-stream\r\n\r\n";
        _tail = Encoding.UTF8.GetBytes(End());
    }

    /// <summary>Value of the request's Content-Type.</summary>
    public string ContentType => "multipart/form-data; boundary=" + _boundary;

    /// <inheritdoc/>
    public long Length => Head().Length + _file.Length + _tail.Length;

    /// <summary>A boundary of 32 random hex digits, which no file holds by accident.</summary>
    public static string NewBoundary(ISystem system)
    {
        byte[] random = new byte[16];
        system.FillRandom(random);
        return "hub-" + HexText.Of(random);
    }

    /// <summary>Adds a text field before the file. Errors: <see cref="InvalidOperationException"/> once the body is in use.</summary>
    public void AddField(string name, string value)
    {
        if (_head != null)
        {
            throw new InvalidOperationException("the body is in use already");
        }

        _fields.Append("--" + _boundary + "\r\nContent-Disposition: form-data; name=\"" + Quoted(name) + "\"\r\n\r\n");
        _fields.Append(value);
        _fields.Append("\r\n");
    }

    /// <summary>
    /// Adds a text field after the file: its SHA-256 in hex, computed while it is sent. The digest stays the caller's. Errors:
    /// <see cref="InvalidOperationException"/> once the body is in use.
    /// </summary>
    public void AddSha256(string name, IRunningHash digest)
    {
        if (_head != null)
        {
            throw new InvalidOperationException("the body is in use already");
        }

        _digest = digest;
        byte[] before = Encoding.UTF8.GetBytes("\r\n--" + _boundary + "\r\nContent-Disposition: form-data; name=\"" + Quoted(name) + "\"\r\n\r\n");
        byte[] end = Encoding.UTF8.GetBytes(End());
        _digestAt = before.Length;
        _tail = new byte[before.Length + Sha256Digits + end.Length];
        Array.Copy(before, _tail, before.Length);
        Array.Copy(end, 0, _tail, before.Length + Sha256Digits, end.Length);
    }

    /// <inheritdoc/>
    public int Read(byte[] buffer, int offset, int count, int timeoutMs)
    {
        int read = ReadPart(Head(), 0, buffer, offset, count);
        if (read == 0)
        {
            read = _file.Read(buffer, offset, count, timeoutMs);
            if (read == SourceRead.NothingYet)
            {
                return read;
            }

            _digest?.Add(buffer, offset, read);
        }

        if (read == 0)
        {
            EndDigest();
            read = ReadPart(_tail, Head().Length + _file.Length, buffer, offset, count);
        }

        _position += read;
        return read;
    }

    /// <inheritdoc/>
    public void OnSent(long sentBytes)
    {
        long fileBytes = sentBytes - Head().Length;
        if (fileBytes > _file.Length)
        {
            fileBytes = _file.Length;
        }

        if (_progress != null && fileBytes > _reportedBytes)
        {
            _reportedBytes = fileBytes;
            _progress.Report(fileBytes, _file.Length);
        }
    }

    /// <inheritdoc/>
    public bool TryRewind() => false;

    /// <summary>
    /// A name between quotes as browsers write it (WHATWG HTML, multipart/form-data encoding: percent for quote, CR and
    /// LF); the backslash is encoded too, because servers read it as an escape.
    /// </summary>
    private static string Quoted(string name)
    {
        char[] characters = name.ToCharArray();
        StringBuilder text = new StringBuilder(name.Length + 8);
        for (int i = 0; i < characters.Length; i++)
        {
            char c = characters[i];
            if (c < ' ' || c == 127 || c == '"' || c == '\\')
            {
                UrlText.AppendPercent(text, (byte)c);
            }
            else
            {
                text.Append(c);
            }
        }

        return text.ToString();
    }

    /// <summary>The RFC 5987 form, which OctoPrint reads, when the name is not plain ASCII.</summary>
    private static string ExtendedName(string name)
    {
        // One byte for each character: all of them are ASCII.
        return Encoding.UTF8.GetBytes(name).Length == name.Length ? "" : "; filename*=UTF-8''" + UrlText.PercentEncode(name);
    }

    /// <summary>Copies what is left of a part at the present position.</summary>
    private int ReadPart(byte[] part, long partStart, byte[] buffer, int offset, int count)
    {
        int start = Ascii.Least(part.Length, _position - partStart);
        int read = Math.Min(count, part.Length - start);
        Array.Copy(part, start, buffer, offset, read);
        return read;
    }

    private string End() => "\r\n--" + _boundary + "--\r\n";

    /// <summary>Puts the digest into its place; the file has been read to its end by then.</summary>
    private void EndDigest()
    {
        if (_digest != null)
        {
            byte[] digits = Encoding.UTF8.GetBytes(HexText.Of(_digest.End()));
            Array.Copy(digits, 0, _tail, _digestAt, Sha256Digits);
            _digest = null;
        }
    }

    private byte[] Head() => _head ??= Encoding.UTF8.GetBytes(_fields.ToString() + "--" + _boundary + "\r\n" + _fileHead);
}
