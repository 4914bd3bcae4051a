using System;

namespace Hub.Tests.Support;

/// <summary>Whoever asks it for words gets another exception: after a real OutOfMemoryException there may be no memory for them. Thread: any.</summary>
internal sealed class SpeechlessException : Exception
{
    public override string Message => throw new InvalidOperationException("no memory left for words");
}
