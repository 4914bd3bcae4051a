namespace Hub.Core.Provisioning;

/// <summary>Tells a press from contact bounce and from holding. Pure. Thread: one owner.</summary>
internal sealed class ButtonWatch
{
    private bool _wasDown;
    private bool _isReported;

    /// <summary>Takes what the pin shows, several times a second.</summary>
    /// <returns>True once for each press that was seen twice in a row.</returns>
    public bool See(bool isDown)
    {
        bool isPress = isDown && _wasDown && !_isReported;
        _isReported = isDown && (_isReported || isPress);
        _wasDown = isDown;
        return isPress;
    }
}
