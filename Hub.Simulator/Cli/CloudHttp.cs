using System;
using System.Net.Http;
using System.Net.Http.Headers;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using System.Text.Json;
using System.Threading;
using System.Threading.Tasks;
using Hub.Core.Errors;
using Hub.Simulator.Hosting;

namespace Hub.Simulator.Cli;

/// <summary>Requests to a cloud's REST. Errors become those of the verb. Thread: the verb's.</summary>
internal sealed class CloudHttp : IDisposable
{
    private const int TimeoutSeconds = 30;
    private const int MaxAnswerBytes = 64 * 1024;

    private readonly HttpClient _client;
    private readonly Uri _address;

    private CloudHttp(HttpClient client, Uri address)
    {
        _client = client;
        _address = address;
    }

    /// <summary>Opens the way to a cloud; nothing is sent yet.</summary>
    /// <param name="address">Where it is.</param>
    /// <param name="token">Its access token, or null.</param>
    /// <param name="caPem">The authority to trust, or null for the operating system's.</param>
    /// <param name="pin">SHA-256 of the certificate to trust instead, in hex, or null.</param>
    /// <param name="insecure">True to accept any certificate.</param>
    public static CloudHttp Open(Uri address, string? token, string? caPem, string? pin, bool insecure)
    {
        SocketsHttpHandler handler = new() { AllowAutoRedirect = false, UseProxy = false, ConnectTimeout = TimeSpan.FromSeconds(10) };
        if (pin != null || insecure)
        {
            handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, _, _) => insecure || IsPinned(certificate, pin!);
        }
        else if (caPem != null)
        {
            handler.SslOptions.CertificateChainPolicy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck, DisableCertificateDownloads = true };
            handler.SslOptions.CertificateChainPolicy.CustomTrustStore.ImportFromPem(caPem);
        }

        HttpClient client = new(handler) { Timeout = TimeSpan.FromSeconds(TimeoutSeconds), MaxResponseContentBufferSize = MaxAnswerBytes };
        if (token != null)
        {
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }

        return new CloudHttp(client, address);
    }

    /// <summary>Claims the hub that shows this code, and returns its id.</summary>
    public async Task<string> ClaimAsync(string code, CancellationToken cancel)
    {
        using JsonDocument answer = await PostAsync("/api/hubs/claim", json => json.WriteString("code", code), cancel);
        return answer.RootElement.GetProperty("hub_id").GetString()!;
    }

    public void Dispose() => _client.Dispose();

    private static bool IsPinned(X509Certificate? certificate, string pin) =>
        certificate != null && string.Equals(Convert.ToHexString(SHA256.HashData(certificate.GetRawCertData())), pin, StringComparison.OrdinalIgnoreCase);

    private async Task<JsonDocument> PostAsync(string path, Action<Utf8JsonWriter> write, CancellationToken cancel)
    {
        using System.IO.MemoryStream body = new();
        using (Utf8JsonWriter json = new(body))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        using ByteArrayContent content = new(body.ToArray());
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        Uri target = new(_address, _address.AbsolutePath.TrimEnd('/') + path);
        try
        {
            using HttpResponseMessage answer = await _client.PostAsync(target, content, cancel);
            JsonDocument document = JsonDocument.Parse(await answer.Content.ReadAsByteArrayAsync(cancel));
            return answer.IsSuccessStatusCode ? document : throw Refusal((int)answer.StatusCode, document);
        }
        catch (JsonException)
        {
            throw VerbException.Of(ErrorCode.BadResponse, $"{_address.Authority} does not answer as a cloud: is the address right?");
        }
        catch (HttpRequestException e)
        {
            bool isTrust = e.InnerException is System.Security.Authentication.AuthenticationException;
            throw VerbException.Of(
                isTrust ? ErrorCode.TlsUntrusted : ErrorCode.ConnectFailed,
                isTrust ? $"the certificate of {_address.Authority} is not trusted: give its authority with --ca FILE" : $"the cloud at {_address.Authority} cannot be reached: {e.Message}");
        }
        catch (TaskCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw VerbException.Of(ErrorCode.Timeout, $"the cloud at {_address.Authority} did not answer within {TimeoutSeconds} s");
        }
    }

    private static VerbException Refusal(int status, JsonDocument document)
    {
        using (document)
        {
            bool isKnown = document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("error", out JsonElement error)
                && error.ValueKind == JsonValueKind.Object
                && error.TryGetProperty("message", out JsonElement message)
                && message.ValueKind == JsonValueKind.String;
            string text = isKnown ? document.RootElement.GetProperty("error").GetProperty("message").GetString()! : "the cloud answered " + status;
            string code = isKnown && document.RootElement.GetProperty("error").TryGetProperty("code", out JsonElement word) ? word.ToString() : "refused";
            return new VerbException(status is 503 or 504 ? ExitCodes.Unreachable : ExitCodes.Refused, code, status == 401 ? text + " (--token -)" : text);
        }
    }
}
