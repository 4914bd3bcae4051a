using System;
using System.Collections.Generic;
using System.IO;
using System.Threading.Tasks;
using Microsoft.AspNetCore.Http;

namespace Hub.Simulator.Radio;

/// <summary>The pages of web/, as they are on the disk at the moment. Thread: any.</summary>
internal sealed class WebFiles(string folder)
{
    private const string IndexFile = "index.html";

    private static readonly Dictionary<string, string> s_types = new(StringComparer.OrdinalIgnoreCase)
    {
        [".html"] = "text/html; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".mjs"] = "text/javascript; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".json"] = "application/json",
        [".map"] = "application/json",
        [".webmanifest"] = "application/manifest+json",
        [".svg"] = "image/svg+xml",
        [".png"] = "image/png",
        [".jpg"] = "image/jpeg",
        [".ico"] = "image/x-icon",
        [".woff2"] = "font/woff2",
        [".txt"] = "text/plain; charset=utf-8",
        [".md"] = "text/markdown; charset=utf-8",
        [".wasm"] = "application/wasm",
    };

    private readonly string _root = Path.GetFullPath(folder);

    /// <summary>The folder web: beside the program, or in the repository that the program was built in; null when there is none.</summary>
    public static string? Find()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at != null; at = at.Parent)
        {
            string web = Path.Combine(at.FullName, "web");
            bool isOurs = at.FullName == new DirectoryInfo(AppContext.BaseDirectory).FullName || File.Exists(Path.Combine(at.FullName, "Hub.sln"));
            if (isOurs && Directory.Exists(web))
            {
                return web;
            }
        }

        return null;
    }

    /// <summary>Sends the file of the request's path, or 404.</summary>
    public async Task SendAsync(HttpContext context)
    {
        HttpRequest request = context.Request;
        if (!HttpMethods.IsGet(request.Method) && !HttpMethods.IsHead(request.Method))
        {
            context.Response.StatusCode = StatusCodes.Status405MethodNotAllowed;
            return;
        }

        string path = request.Path.Value ?? "/";
        string? file = FileOf(path);
        if (file != null && Directory.Exists(file))
        {
            // Without the slash, the page's relative addresses would lead elsewhere.
            context.Response.Redirect(path + "/" + request.QueryString);
            return;
        }

        if (file == null || !File.Exists(file))
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        context.Response.ContentType = s_types.GetValueOrDefault(Path.GetExtension(file), "application/octet-stream");
        if (HttpMethods.IsGet(request.Method))
        {
            await context.Response.SendFileAsync(file, context.RequestAborted);
        }
        else
        {
            context.Response.ContentLength = new FileInfo(file).Length;
        }
    }

    /// <summary>A path within the folder; null for any that could lead out of it, and for hidden files.</summary>
    internal string? FileOf(string path)
    {
        string[] names = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        if (Array.Exists(names, n => n[0] == '.' || n.AsSpan().ContainsAny('\\', ':', '\0')))
        {
            return null;
        }

        string file = Path.GetFullPath(Path.Combine([_root, .. names]));
        if (path.EndsWith('/'))
        {
            file = Path.Combine(file, IndexFile);
        }

        return file.StartsWith(_root, StringComparison.Ordinal) ? file : null;
    }
}
