using System.Collections;
using Hub.Core.Errors;
using Hub.Core.Requests;

namespace Hub.Core.Tunnel;

/// <summary>
/// The cloud's requests: each request_id is executed and answered once. One that comes again gets the same answer while that is remembered, otherwise the error
/// <see cref="ErrorCode.Duplicate"/>. Thread: the tunnel's for <see cref="Handle"/>, any for <see cref="Answered"/>.
/// </summary>
internal sealed class TunnelRequests : IRequestListener
{
    /// <summary>Requests that are recognised when they come again.</summary>
    public const int Known = 256;

    /// <summary>The newest of them, whose answers are remembered.</summary>
    public const int Remembered = 16;

    /// <summary>Longer results are not remembered.</summary>
    private const int MaxRememberedBytes = 4 * 1024;

    private readonly HubRequests _requests;
    private readonly TunnelOutbox _outbox;
    private readonly object _gate = new object();
    private readonly Hashtable _byId = new Hashtable();
    private readonly Queue _ids = new Queue();
    private readonly Queue _answered = new Queue();

    public TunnelRequests(HubRequests requests, TunnelOutbox outbox)
    {
        _requests = requests;
        _outbox = outbox;
    }

    /// <summary>A request of the cloud, whose id is there. Throws nothing.</summary>
    public void Handle(CloudMessage message)
    {
        string id = message.RequestId!;
        Entry? known;
        lock (_gate)
        {
            known = (Entry?)_byId[id];
            if (known == null)
            {
                Add(id);
            }
        }

        if (known != null)
        {
            Repeat(id, known);
            return;
        }

        HubRequest request = new HubRequest(id, message.Method ?? "", message.Params, this) { IsOfCloud = true };
        if (message.Fault != null || message.Method == null)
        {
            request.Answer(null, new HubException(ErrorCode.BadRequest, message.Fault == null ? "method is missing" : message.Fault.Message));
        }
        else
        {
            _requests.Submit(request);
        }
    }

    /// <inheritdoc/>
    public void Answered(HubRequest request)
    {
        ResponseAnswer answer = new ResponseAnswer(request.Id, request.Result, request.Error);
        lock (_gate)
        {
            Entry? entry = (Entry?)_byId[request.Id];
            if (entry != null)
            {
                entry.IsAnswered = true;
                Remember(entry, answer);
            }
        }

        _outbox.Put(answer);
    }

    /// <summary>While the first one is executed, its answer is that of both.</summary>
    private void Repeat(string id, Entry entry)
    {
        TunnelAnswer? answer;
        lock (_gate)
        {
            answer = entry.Answer;
            if (!entry.IsAnswered)
            {
                return;
            }
        }

        _outbox.Put(answer ?? new ResponseAnswer(id, null, new HubException(ErrorCode.Duplicate, "this request_id was answered before, and the answer is not remembered any more: it is not executed again")));
    }

    /// <summary>Under the gate.</summary>
    private void Add(string id)
    {
        if (_ids.Count >= Known)
        {
            _byId.Remove(_ids.Dequeue()!);
        }

        _ids.Enqueue(id);
        _byId[id] = new Entry();
    }

    /// <summary>Under the gate.</summary>
    private void Remember(Entry entry, ResponseAnswer answer)
    {
        if (answer.Bytes > MaxRememberedBytes)
        {
            return;
        }

        if (_answered.Count >= Remembered)
        {
            ((Entry)_answered.Dequeue()!).Answer = null;
        }

        entry.Answer = answer;
        _answered.Enqueue(entry);
    }

    private sealed class Entry
    {
        public bool IsAnswered { get; set; }

        public TunnelAnswer? Answer { get; set; }
    }
}
