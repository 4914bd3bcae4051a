using System;
using System.Globalization;
using System.IO;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;

namespace Hub.Simulator.Virtual;

/// <summary>The part of a stored file that a download requests (RFC 9110, 14.2: one range of bytes, else the whole file).</summary>
internal readonly record struct FileRange(long First, long Last, long Size, bool IsAsked)
{
    public long Length => Last - First + 1;

    public static FileRange Of(HttpRequest request, string file)
    {
        long size = new FileInfo(file).Length;
        string range = request.Headers.Range.ToString();
        if (!range.StartsWith("bytes=", StringComparison.Ordinal) || range[6..].Split('-') is not [var from, var to]
            || !long.TryParse(from, NumberStyles.None, CultureInfo.InvariantCulture, out long first) || first >= size)
        {
            return new FileRange(0, size - 1, size, false);
        }

        long last = long.TryParse(to, NumberStyles.None, CultureInfo.InvariantCulture, out long end) ? Math.Min(end, size - 1) : size - 1;
        return new FileRange(first, last, size, true);
    }

    /// <summary>Sends the length, the requested range if any, and the bytes except for HEAD.</summary>
    public async Task SendAsync(HttpContext context, string file)
    {
        if (IsAsked)
        {
            context.Response.Headers.ContentRange = $"bytes {First}-{Last}/{Size}";
        }

        context.Response.ContentLength = Length;
        if (!HttpMethods.IsHead(context.Request.Method))
        {
            await context.Response.SendFileAsync(file, First, Length, context.RequestAborted).ConfigureAwait(false);
        }
    }
}
