// The workbook "Account closures": what is under way, what waits for a person, what failed, and how the broker answers.
param location string
param tags object
param workspaceId string

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(resourceGroup().id, 'account-closures')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: 'Account closures'
    category: 'workbook'
    sourceId: workspaceId
    version: '1.0'
    serializedData: string(union(loadJsonContent('../workbook.json'), { fallbackResourceIds: [workspaceId] }))
  }
}
