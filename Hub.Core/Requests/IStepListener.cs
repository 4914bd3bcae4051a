namespace Hub.Core.Requests;

/// <summary>An <see cref="IRequestListener"/> that also wants to hear of progress. Thread: any of the hub's; it must return soon.</summary>
public interface IStepListener
{
    /// <summary>A request has ended one of its steps, which its result will hold as well.</summary>
    /// <param name="request">The request, not answered yet.</param>
    /// <param name="step">An object as in the result's <c>steps</c>, as JSON in UTF-8.</param>
    void StepEnded(HubRequest request, byte[] step);
}
