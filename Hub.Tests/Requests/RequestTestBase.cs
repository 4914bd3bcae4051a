using System;
using System.Collections;
using System.Text;
using System.Text.Json;
using System.Threading;
using Hub.Core.Errors;
using Hub.Core.Json;
using Hub.Core.Requests;
using Hub.Tests.Support;
using Hub.Tests.Tunnel;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Hub.Tests.Requests;

/// <summary>A hub that is asked directly, without a carrier.</summary>
public abstract class RequestTestBase : TunnelTestBase
{
    private int _lastId;

    /// <summary>Submits a request; it may be answered later.</summary>
    private protected Asked Begin(string method, string? values = null)
    {
        Hashtable? tree = null;
        if (values != null)
        {
            JsonReader json = new(8);
            byte[] utf8 = Encoding.UTF8.GetBytes(values);
            json.Reset(utf8, 0, utf8.Length);
            json.Read();
            tree = (Hashtable)JsonTree.Read(json)!;
        }

        Asked asked = new();
        Hub.Requests.Submit(new HubRequest("r" + ++_lastId, method, tree, asked));
        return asked;
    }

    /// <summary>The result of a request.</summary>
    private protected JsonElement Ask(string method, string? values = null) => Begin(method, values).Result();

    /// <summary>The error of a request that must fail.</summary>
    private protected HubException Fails(ErrorCode code, string method, string? values = null)
    {
        HubException error = Begin(method, values).Error();
        return HubErrors.Fails(code, () => throw error);
    }

    private protected static string? Text(JsonElement element, string name) => FakeCloud.Text(element, name);

    /// <summary>A request and its answer.</summary>
    private protected sealed class Asked : IRequestListener
    {
        private readonly ManualResetEventSlim _answered = new();
        private HubRequest? _request;
        private int _answers;

        public bool IsAnswered => _answered.IsSet;

        public void Answered(HubRequest request)
        {
            _request = request;
            Interlocked.Increment(ref _answers);
            _answered.Set();
        }

        public JsonElement Result()
        {
            Wait();
            Assert.IsNull(_request!.Error, _request.Error?.Message);
            return JsonDocument.Parse(_request.Result).RootElement;
        }

        public HubException Error()
        {
            Wait();
            Assert.IsNull(_request!.Result);
            return _request.Error!;
        }

        private void Wait()
        {
            Patience.Until(() => IsAnswered, "an answer");
            Assert.AreEqual(1, Volatile.Read(ref _answers));
        }
    }
}
